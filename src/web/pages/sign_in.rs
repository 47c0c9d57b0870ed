//! Signing in and out, and setting a password with a link.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::Deserialize;

use super::{
    FieldFaults, Page, Pages,
    error::{PageError, faults_of},
    form::Posted,
    guard::Trier,
    render,
    visit::{DEVICE, GUEST, LANGUAGE, SESSION, SignedIn, Visit, form_token},
};
use crate::{
    admin::{self, AdminError, Link},
    domain::{ids::UserId, locale::Locale, user::SHORTEST_PASSWORD},
    secrets::Secret,
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/sign-in", get(show_sign_in).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/welcome/{token}", get(show_welcome).post(welcome))
        .route("/enter/{token}", get(enter))
        .route("/language", post(language))
        .route("/me", get(show_me).post(change_password))
        .route("/me/sessions", post(end_sessions))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    v: Visit,
    next: String,
    name: String,
    is_wrong: bool,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn show_sign_in(visit: Visit, Query(Next { next }): Query<Next>) -> Page {
    if visit.user.is_some() {
        return Ok(Redirect::to(&inside(&next)).into_response());
    }
    guest_page(visit, |v| SignInPage { v, next, name: String::new(), is_wrong: false })
}

/// A page with a form for a browser that may have no session: it gets a secret that its forms are bound to.
fn guest_page<T: Template>(mut visit: Visit, page: impl FnOnce(Visit) -> T) -> Page {
    let mut cookies = CookieJar::new();
    if visit.user.is_none() && visit.cookie(GUEST).is_none() {
        let secret = crate::hook_url::fresh_secret().map_err(|error| AdminError::Secrets(error.into()))?;
        visit.form_token = form_token(secret.expose());
        cookies = cookies.add(cookie(&visit, GUEST, secret.expose(), false));
    }
    Ok((cookies, render(&page(visit))?).into_response())
}

fn cookie(visit: &Visit, name: &'static str, value: &str, is_kept: bool) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value.to_owned());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(visit.origin.is_encrypted);
    if is_kept {
        cookie.make_permanent();
    }
    cookie
}

/// A place on our pages, and nowhere else.
fn inside(next: &str) -> String {
    let is_inside =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if is_inside && !next.starts_with("/sign-in") { next.to_owned() } else { "/".to_owned() }
}

async fn sign_in(State(pages): State<Pages>, posted: Posted) -> Page {
    let Posted { visit, fields } = posted;
    let (name, next) = (fields.get("name").trim().to_owned(), fields.get("next").to_owned());
    let password = fields.secret("password");
    let device = visit.cookie(DEVICE);
    let is_known = match &device {
        Some(device) => admin::is_known_device(pages.pool(), device, &name).await?,
        None => false,
    };
    let trier = match &device {
        Some(device) if is_known => Trier::known(device),
        _ => Trier::stranger(visit.origin.neighbourhood(), &name),
    };
    let Some(turn) = pages.guard().turn(trier).await else { return Err(PageError::TooManyTries) };
    let Some(user) = admin::recognise(pages.pool(), &name, &password).await? else {
        turn.wrong();
        tracing::info!(address = %visit.origin.client, "a sign-in to the pages was refused");
        let page = guest_page(visit, |v| SignInPage { v, next, name, is_wrong: true })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    turn.right();
    let cookies = begin(&pages, &visit, user.id, device.filter(|_| is_known)).await?;
    Ok((cookies, Redirect::to(&inside(&next))).into_response())
}

async fn begin(pages: &Pages, visit: &Visit, user: UserId, device: Option<String>) -> Result<CookieJar, AdminError> {
    let session = admin::begin_session(pages.pool(), user, device.as_deref()).await?;
    let cookies = CookieJar::new().add(cookie(visit, SESSION, session.token.expose(), true)).add(cookie(
        visit,
        DEVICE,
        session.device.expose(),
        true,
    ));
    Ok(cookies)
}

async fn sign_out(State(pages): State<Pages>, posted: Posted) -> Page {
    let visit = posted.visit;
    if let Some(token) = visit.cookie(SESSION) {
        admin::sign_out(pages.pool(), &token).await?;
    }
    Ok((CookieJar::new().add(gone(&visit)), Redirect::to("/sign-in?told=signed-out")).into_response())
}

/// The cookie of a session that has ended.
fn gone(visit: &Visit) -> Cookie<'static> {
    let mut gone = cookie(visit, SESSION, "", false);
    gone.make_removal();
    gone
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    v: Visit,
    token: String,
    /// The user whose password is set; `None` for the first one, who chooses a name.
    user: Option<String>,
    name: String,
    faults: FieldFaults,
    shortest: usize,
}

impl WelcomePage {
    fn new(v: Visit, token: String, link: &Link, name: String, faults: FieldFaults) -> Self {
        let user = match link {
            Link::First => None,
            Link::Of(user) => Some(user.name.clone()),
        };
        Self { v, token, user, name, faults, shortest: SHORTEST_PASSWORD }
    }
}

async fn show_welcome(State(pages): State<Pages>, visit: Visit, Path(token): Path<String>) -> Page {
    match admin::invitation(pages.pool(), &token).await? {
        Some(link) => guest_page(visit, |v| WelcomePage::new(v, token, &link, String::new(), FieldFaults::default())),
        None => used_link(visit),
    }
}

#[derive(Template)]
#[template(path = "used_link.html")]
struct UsedLinkPage {
    v: Visit,
}

fn used_link(visit: Visit) -> Page {
    Ok((StatusCode::GONE, guest_page(visit, |v| UsedLinkPage { v })?).into_response())
}

async fn welcome(State(pages): State<Pages>, Path(token): Path<String>, posted: Posted) -> Page {
    let Posted { visit, fields } = posted;
    let Some(link) = admin::invitation(pages.pool(), &token).await? else { return used_link(visit) };
    let (name, password) = (fields.get("name").to_owned(), fields.secret("password"));
    match admin::accept(pages.pool(), (&token, &link), &name, &password).await {
        Ok(None) => used_link(visit),
        Ok(Some(user)) => {
            let cookies = begin(&pages, &visit, user, None).await?;
            Ok((cookies, Redirect::to("/stores?told=welcome")).into_response())
        }
        Err(error) => {
            let faults = FieldFaults::new(&faults_of(error)?, visit.locale);
            let page = guest_page(visit, |v| WelcomePage::new(v, token, &link, name, faults))?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// The link of the demo: it signs in at once.
async fn enter(State(pages): State<Pages>, visit: Visit, Path(token): Path<String>) -> Page {
    // Only a demo makes such links.
    let user = match pages.demo() {
        Some(_) => admin::guest(pages.pool(), &token).await?,
        None => None,
    };
    let Some(user) = user else { return used_link(visit) };
    let cookies = begin(&pages, &visit, user, None).await?;
    Ok((cookies, Redirect::to("/")).into_response())
}

/// Keeps the language that a person chose.
async fn language(posted: Posted) -> Page {
    let Posted { visit, fields } = posted;
    let locale = Locale::of(fields.get("language")).unwrap_or_default();
    let cookies = CookieJar::new().add(cookie(&visit, LANGUAGE, locale.code(), true));
    Ok((cookies, Redirect::to(&inside(fields.get("next")))).into_response())
}

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    v: Visit,
    faults: FieldFaults,
    shortest: usize,
}

async fn show_me(signed_in: SignedIn) -> Page {
    Ok(render(&MePage { v: signed_in.visit, faults: FieldFaults::default(), shortest: SHORTEST_PASSWORD })?
        .into_response())
}

/// Another password: every session ends, and this browser gets a new one.
async fn change_password(State(pages): State<Pages>, posted: Posted) -> Page {
    let Posted { visit, fields } = posted;
    let Some(user) = visit.user.clone() else { return Err(PageError::NotSignedIn("/me".to_owned())) };
    let (present, password): (Secret, Secret) = (fields.secret("present"), fields.secret("password"));
    let trier = Trier::known(&visit.cookie(SESSION).unwrap_or_default());
    let Some(turn) = pages.guard().turn(trier).await else { return Err(PageError::TooManyTries) };
    match admin::change_password(pages.pool(), &user, &present, &password).await {
        Ok(()) => {
            turn.right();
            let cookies = begin(&pages, &visit, user.id, None).await?;
            Ok((cookies, Redirect::to("/me?told=password-changed")).into_response())
        }
        Err(AdminError::Faults(faults)) => {
            turn.wrong();
            let faults = FieldFaults::new(&faults, visit.locale);
            let page = render(&MePage { v: visit, faults, shortest: SHORTEST_PASSWORD })?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn end_sessions(State(pages): State<Pages>, posted: Posted) -> Page {
    let visit = posted.visit;
    let Some(user) = &visit.user else { return Err(PageError::NotSignedIn("/me".to_owned())) };
    admin::sign_out_everywhere(pages.pool(), user.id).await?;
    Ok((CookieJar::new().add(gone(&visit)), Redirect::to("/sign-in?told=signed-out-everywhere")).into_response())
}
