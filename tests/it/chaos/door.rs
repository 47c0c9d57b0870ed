//! Where webhooks come in, in a history: the real router, and what RO App signs with.

use std::ffi::OsString;

use cartum_roapp::{
    clock::Clock,
    config::Settings,
    db::hooks,
    hook_url::{self, Peer},
    lifecycle::{Heartbeat, Stop},
    sandbox::roapp::{HookEvent, Signed},
    secrets::Secret,
    web::{self, Hooks, Ready, Served},
};

use crate::support::world::World;

/// A web server of its own, since daemons of a history come and go.
pub(super) struct Door {
    /// What the store is subscribed under.
    pub(super) url: String,
    secret: Secret,
    stop: Stop,
}

impl Door {
    pub(super) async fn open(world: &World) -> Self {
        let listen = (OsString::from("CARTUM_ROAPP__HTTP__LISTEN"), OsString::from("127.0.0.1:0"));
        let listener = web::listen(&Settings::from_layers(None, [listen]).unwrap()).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (pool, stop, account) = (world.database.pool().clone(), Stop::new(), world.store().await.account);
        let secret = hook_url::fresh_secret().unwrap();
        let sealed = world.keyring.seal(&hooks::secret_place(account), &secret).unwrap();
        hooks::make(&pool, account, &sealed, hook_url::hash(secret.expose())).await.unwrap();
        let hooks = Hooks::new(pool.clone(), world.keyring.clone());
        let ready = Ready::new(&pool, Heartbeat::new(Clock::System));
        tokio::spawn(web::serve(listener, Served { ready, hooks: Some(hooks), pages: None }, stop.clone()));
        Self { url, secret, stop }
    }

    /// RO App tells of a work order, twice, as it may.
    pub(super) async fn tell_of(&self, world: &World, nth: u32, name: &str, order: i64) {
        let event = HookEvent { id: format!("00000000-0000-0000-0000-{nth:012}"), name: name.into(), order, more: 0 };
        let url = hook_url::hook_url(&self.url, Peer::RoApp, &self.secret);
        for _ in 0..2 {
            let answer = world.sandbox.roapp.send_event(url.expose(), &event, Signed::With(self.secret.expose())).await;
            assert_eq!(answer, 200);
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stop.request();
    }
}
