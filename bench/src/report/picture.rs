//! CPU per request as bars: for each operation and database, the product above the limit, the server's part before
//! the database's.

use crate::load::{Cost, Line};
use std::fmt::Write;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 200.0;
const BAR: f64 = 13.0;
const GROUP: f64 = 42.0;
const TOP: f64 = 64.0;

/// The server's part and the database's part of the product, and then of the limit.
const COLOURS: [[&str; 2]; 2] = [["#1f5fa8", "#8db8e8"], ["#5c6670", "#b9c0c7"]];

/// The picture, as SVG.
#[must_use]
pub fn picture(lines: &[Line]) -> String {
    let most = lines
        .iter()
        .flat_map(|line| [line.product.cpu_ms(), line.limit.cpu_ms()])
        .fold(0.1_f64, f64::max);
    let scale = (WIDTH - LEFT - 130.0) / most;
    let mut body = String::new();
    legend(&mut body);
    let mut top = TOP;
    for line in lines {
        label(
            &mut body,
            LEFT - 10.0,
            top + 13.0,
            "end",
            &format!("{}, {}", line.operation, line.database),
        );
        for (below, cost, colours) in [
            (0.0, &line.product, COLOURS[0]),
            (BAR * 1.2, &line.limit, COLOURS[1]),
        ] {
            bar(&mut body, top + below, scale, cost, colours);
        }
        let ratio = line.product.cpu_ms() / line.limit.cpu_ms().max(1e-9);
        label(
            &mut body,
            WIDTH - 12.0,
            top + 19.0,
            "end",
            &format!("× {ratio:.2}"),
        );
        top += GROUP;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\" \
         aria-label=\"CPU milliseconds per request of the product and of the limit\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n",
        height = top + 10.0
    )
}

fn legend(body: &mut String) {
    label(
        body,
        12.0,
        20.0,
        "start",
        "CPU milliseconds per request; × is the product against the limit",
    );
    let parts = [
        ("product: server", COLOURS[0][0]),
        ("product: database", COLOURS[0][1]),
        ("limit: server", COLOURS[1][0]),
        ("limit: database", COLOURS[1][1]),
    ];
    let mut left = 12.0;
    for (text, colour) in parts {
        rectangle(body, left, 32.0, 12.0, colour);
        label(body, left + 17.0, 43.0, "start", text);
        left += 150.0;
    }
}

fn bar(body: &mut String, top: f64, scale: f64, cost: &Cost, colours: [&str; 2]) {
    let (server, database) = (cost.server_ms() * scale, cost.database_ms() * scale);
    rectangle(body, LEFT, top, server, colours[0]);
    rectangle(body, LEFT + server, top, database, colours[1]);
    let number = format!("{:.2}", cost.cpu_ms());
    label(
        body,
        LEFT + server + database + 6.0,
        top + BAR - 2.0,
        "start",
        &number,
    );
}

fn rectangle(body: &mut String, left: f64, top: f64, width: f64, colour: &str) {
    // Writing to a text does not fail, here and below.
    let _ = writeln!(
        body,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>"
    );
}

fn label(body: &mut String, left: f64, top: f64, anchor: &str, text: &str) {
    let _ = writeln!(
        body,
        "<text x=\"{left:.1}\" y=\"{top:.1}\" text-anchor=\"{anchor}\" fill=\"#1a1a1a\">{text}</text>"
    );
}
