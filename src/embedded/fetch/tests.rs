#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Path as UrlPath, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::*;
use crate::embedded::find::Binaries;

/// What the server returns for a path: a body, or an address to redirect to.
type Files = Arc<Mutex<BTreeMap<String, Result<Vec<u8>, String>>>>;

struct Repository {
    files: Files,
    address: String,
    folder: TempDir,
}

impl Repository {
    async fn start() -> Self {
        let files = Files::default();
        let router = Router::new().route("/{*path}", axum::routing::get(give)).with_state(Arc::clone(&files));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { files, address, folder: tempfile::tempdir().unwrap() }
    }

    fn put(&self, path: &str, body: &[u8]) {
        self.files.lock().unwrap().insert(path.to_owned(), Ok(body.to_vec()));
    }

    fn put_with_checksum(&self, path: &str, body: &[u8]) {
        self.put(path, body);
        self.put(&format!("{path}.sha256"), format!("{}  {path}\n", hex(&Sha256::digest(body))).as_bytes());
    }

    fn url(&self) -> String {
        format!("{}/postgres.tar.gz", self.address)
    }

    /// The error as text; checks that nothing is left of the attempt.
    async fn refused(&self) -> String {
        let refused = fetch(self.folder.path(), &self.url(), None).await.unwrap_err();
        assert_eq!(fs::read_dir(self.folder.path()).unwrap().count(), 0, "something is left");
        assert!(refused.to_string().contains(&self.url()), "{refused}");
        std::error::Error::source(&refused).unwrap().to_string()
    }
}

async fn give(State(files): State<Files>, UrlPath(path): UrlPath<String>) -> Response {
    match files.lock().unwrap().get(&path) {
        Some(Ok(body)) => body.clone().into_response(),
        Some(Err(elsewhere)) => (StatusCode::FOUND, [(header::LOCATION, elsewhere.clone())]).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// An archive as published, with a single folder at the top. Its programs only print their version.
fn archive() -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let program = b"#!/bin/sh\necho 'postgres (PostgreSQL) 99.4'\n";
    for name in ["initdb", "postgres", "pg_ctl"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(program.len().try_into().unwrap());
        header.set_mode(0o755);
        archive.append_data(&mut header, format!("postgresql-99.4.0/bin/{name}"), &program[..]).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[tokio::test]
async fn an_archive_is_fetched_through_redirects_and_found_as_binaries() {
    let repository = Repository::start().await;
    repository.put_with_checksum("storage/it", &archive());
    for (path, to) in [("postgres.tar.gz", "/storage/it"), ("postgres.tar.gz.sha256", "/storage/it.sha256")] {
        repository.files.lock().unwrap().insert(path.to_owned(), Err(to.to_owned()));
    }
    // The leftovers of a killed process are removed.
    fs::create_dir(repository.folder.path().join("unfinished-1")).unwrap();
    fetch(repository.folder.path(), &repository.url(), None).await.unwrap();
    assert_eq!(fs::read_dir(repository.folder.path()).unwrap().count(), 1);
    let binaries = Binaries::find(Path::new("/none"), repository.folder.path()).unwrap();
    assert!(binaries.folder().starts_with(fs::canonicalize(repository.folder.path()).unwrap()), "{binaries:?}");
}

#[tokio::test]
async fn an_archive_is_fetched_through_the_proxy_of_the_settings() {
    let repository = Repository::start().await;
    repository.put_with_checksum("postgres.tar.gz", &archive());
    let proxy = SecretString::from(repository.address.clone());
    fetch(repository.folder.path(), "http://archive.invalid/postgres.tar.gz", Some(&proxy)).await.unwrap();
}

#[tokio::test]
async fn an_archive_that_is_not_what_its_checksum_says_is_not_unpacked() {
    let repository = Repository::start().await;
    repository.put_with_checksum("postgres.tar.gz", &archive());
    repository.put("postgres.tar.gz", &archive()[..200]);
    assert!(repository.refused().await.contains("has the wrong checksum"));
}

#[tokio::test]
async fn an_archive_without_a_checksum_is_not_fetched() {
    let repository = Repository::start().await;
    repository.put("postgres.tar.gz", &archive());
    assert!(repository.refused().await.contains("its checksum cannot be downloaded"));
}

#[tokio::test]
async fn an_archive_of_something_else_leaves_nothing() {
    let repository = Repository::start().await;
    repository.put_with_checksum("postgres.tar.gz", b"no archive");
    assert!(repository.refused().await.contains("cannot be unpacked"));
    let empty = GzEncoder::new(Vec::new(), Compression::fast()).finish().unwrap();
    repository.put_with_checksum("postgres.tar.gz", &empty);
    assert!(repository.refused().await.contains("contains no Postgres"));
}

#[test]
fn the_address_names_the_kind_of_machine() {
    let address = address("https://example.com/postgresql-{target}.tar.gz");
    assert!(address.contains(std::env::consts::ARCH) && !address.contains('{'), "{address}");
}
