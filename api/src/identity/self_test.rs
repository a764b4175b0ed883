//! Known answers for the signature back end, checked before the first token is.

use super::{Algorithm, KeySet};
use serde_json::{Map, Value, json};

/// Why the server must not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelfTestFault {
    /// Another back end was installed first.
    #[error("another signature back end than ours is installed")]
    OtherBackEnd,
    /// A right signature was refused.
    #[error("the signature back end refuses a known good {0} signature")]
    RefusesGood(Algorithm),
    /// A wrong signature was accepted.
    #[error("the signature back end accepts a forged {0} signature")]
    AcceptsForged(Algorithm),
}

/// Installs the signature back end and holds it against known answers. Call once at start, before a
/// token is verified; calling again is harmless.
pub fn self_test() -> Result<(), SelfTestFault> {
    install_back_end()?;
    KNOWN_ANSWERS.iter().try_for_each(check)
}

/// Without this the library picks a back end at first use, and panics there if it finds two.
fn install_back_end() -> Result<(), SelfTestFault> {
    let ours = &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
    match ours.install_default() {
        Ok(()) => Ok(()),
        Err(installed) if std::ptr::eq(installed, ours) => Ok(()),
        Err(_) => Err(SelfTestFault::OtherBackEnd),
    }
}

fn check(answer: &KnownAnswer) -> Result<(), SelfTestFault> {
    let algorithm = answer.algorithm;
    let refused = SelfTestFault::RefusesGood(algorithm);
    let mut jwk: Map<String, Value> = answer
        .jwk
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect();
    jwk.insert("kid".to_owned(), "known".into());
    let bytes = json!({ "keys": [jwk] }).to_string().into_bytes();
    let (set, _) = KeySet::parse(&bytes).map_err(|_| refused)?;
    let key = set.key("known", algorithm).map_err(|_| refused)?;
    let fits = |signed: &str| {
        jsonwebtoken::crypto::verify(
            answer.signature,
            signed.as_bytes(),
            &key.decoding,
            algorithm.backend(),
        )
        .unwrap_or(false)
    };
    if !fits(answer.signed) {
        return Err(refused);
    }
    if fits(&format!("{}A", answer.signed)) {
        return Err(SelfTestFault::AcceptsForged(algorithm));
    }
    Ok(())
}

struct KnownAnswer {
    algorithm: Algorithm,
    jwk: &'static [(&'static str, &'static str)],
    signed: &'static str,
    signature: &'static str,
}

const KNOWN_ANSWERS: [KnownAnswer; 4] = [
    // RFC 7515, appendix A.2.
    KnownAnswer {
        algorithm: Algorithm::Rs256,
        jwk: &[
            ("kty", "RSA"),
            (
                "n",
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEz\
         P1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf6\
         3kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5Zw\
         Kh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW\
         yuXpoQ",
            ),
            ("e", "AQAB"),
        ],
        signed: "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGF\
         tcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
        signature: "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt\
         _O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArL\
         IARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7no\
         OPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ\
         Ge77Rw",
    },
    // Made with OpenSSL 3: RFC 7515 has no example for PSS.
    KnownAnswer {
        algorithm: Algorithm::Ps256,
        jwk: &[
            ("kty", "RSA"),
            (
                "n",
                "zf0ytVxvzkPtiF3b83a080xIxVbOc9HJlPdS6lnCoRfnpKPch1wTdtxUz2zclJr6naLUt_YycFWLTieUl-7x\
         1xaS9mWdYQ5XH1DworR5m1huAaU_vfsj0q89ohUjMKqCkW6n25IGwueoEsvJz3FkseTeoHmgRpj5KEFoNtsK\
         6mctWUvoUxqkoUIJGhkTVK02Nt6Cbp8qL1i-_2gHm0K7w11ziX1jd1WY3Q4UBnIZEPVhxWLdk9pLg1DpTSfI\
         BUQmUcXLCqGLe0HD21_y403GAMY-shfE9IrdxlYipXXd4Wyc8MCuZeQiyW1zsSumsbp1rTDz8rOIQQ5y94LG\
         gh9FWQ",
            ),
            ("e", "AQAB"),
        ],
        signed: "eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJrbm93biBhbnN3ZXIifQ",
        signature: "rjS_0ymSbOLzJmLc0OwXN6YzXhpFu1V60rMOkp4P20Ph1qez_WPjpedF_l2fI-FmmjX8N_tdZgH6qntHsJjZ\
         Nc7sKNTiYVRyl64JlKSXkmQUIwIITFrTCeJcgRnJfL3M9ttSCbjB0LVx9ljrCmSpac74BXQD_IAQ1FtEqg_t\
         2_xdTdXnKw-sxl3ifeYtiB_TqsvgmhDEmkfLlpKBVMUKG8jpnZirvOzDmFufhHRi-6m0bkyxb-M6YbVSOluM\
         L3dysYw1DKBP69htbYSxFA1QLvGrQvM7EwJa8ogOqW6z6cvzP-qhMykbl76gU4cI45W_ulubSJrutyT3ljvV\
         wnnWow",
    },
    // RFC 7515, appendix A.3.
    KnownAnswer {
        algorithm: Algorithm::Es256,
        jwk: &[
            ("kty", "EC"),
            ("crv", "P-256"),
            ("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            ("y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        ],
        signed: "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGF\
         tcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
        signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU\
         1Q",
    },
    // RFC 8037, appendix A.4.
    KnownAnswer {
        algorithm: Algorithm::EdDsa,
        jwk: &[
            ("kty", "OKP"),
            ("crv", "Ed25519"),
            ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
        ],
        signed: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
        signature: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0K\
         Ag",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_end_gives_the_known_answers_as_often_as_it_is_asked() {
        assert_eq!(self_test(), Ok(()));
        assert_eq!(self_test(), Ok(()));
    }

    #[test]
    fn a_back_end_that_refuses_a_good_signature_is_noticed() {
        let spoiled = KnownAnswer {
            signed: "x",
            ..KNOWN_ANSWERS[0]
        };

        assert_eq!(
            check(&spoiled),
            Err(SelfTestFault::RefusesGood(Algorithm::Rs256))
        );
    }
}
