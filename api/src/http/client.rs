//! Where a request comes from when proxies stand between.

use axum::http::{HeaderMap, HeaderName};
use std::net::IpAddr;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The last address that a trusted proxy vouches for. Each proxy adds whom it heard from at the
/// end, so that what a client writes itself stands before the part that is believed.
pub(super) fn address(headers: &HeaderMap, peer: IpAddr, trusted: &[IpAddr]) -> IpAddr {
    let hops: Vec<_> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut address = peer;
    for hop in hops.into_iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        let Ok(before) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        address = before.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn from(peer: &str, forwarded: &[&'static str]) -> String {
        let headers = forwarded
            .iter()
            .map(|value| (FORWARDED_FOR, HeaderValue::from_static(value)))
            .collect();
        address(&headers, peer.parse().unwrap(), &[PROXY]).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(from("198.51.100.1", &["203.0.113.9"]), "198.51.100.1");
    }

    #[test]
    fn a_trusted_proxy_is_believed_for_one_step() {
        let written_by_the_client = "10.0.0.1, 203.0.113.9";

        assert_eq!(from("192.0.2.1", &[written_by_the_client]), "203.0.113.9");
        assert_eq!(
            from("192.0.2.1", &["10.0.0.1", "203.0.113.9"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn a_chain_of_trusted_proxies_is_followed() {
        assert_eq!(
            from("192.0.2.1", &["203.0.113.9, 192.0.2.1"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn a_proxy_that_says_nothing_readable_stands_for_itself() {
        assert_eq!(from("192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(from("192.0.2.1", &["unknown"]), "192.0.2.1");
    }
}
