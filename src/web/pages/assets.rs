//! Style and script, which are the same for everybody: their addresses change with their content, so that browsers keep them.

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/pages.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// Where the style sheet is.
pub(super) static STYLE_URL: LazyLock<String> = LazyLock::new(|| url("style.css", STYLE));
/// Where the script is.
pub(super) static SCRIPT_URL: LazyLock<String> = LazyLock::new(|| url("pages.js", SCRIPT));
/// Where the icon is.
pub(super) static ICON_URL: LazyLock<String> = LazyLock::new(|| url("icon.svg", ICON));

fn url(name: &str, content: &str) -> String {
    let digest = crate::secrets::hex(&Sha256::digest(content)[..8]);
    format!("/assets/{digest}/{name}")
}

pub(super) fn routes() -> Router {
    let asset = |kind: &'static str, content: &'static str| get(move || async move { answer(kind, content) });
    Router::new()
        .route(&STYLE_URL, asset("text/css; charset=utf-8", STYLE))
        .route(&SCRIPT_URL, asset("text/javascript; charset=utf-8", SCRIPT))
        .route(&ICON_URL, asset("image/svg+xml", ICON))
}

fn answer(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, content)
}
