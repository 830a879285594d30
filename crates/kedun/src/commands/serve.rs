//! `kedun serve`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use clap::Args;
use kedun_identity::SetupState;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::boot::{App, Booted, boot, make_private_dir};
use crate::config::{DataArgs, ListenArgs};
use crate::{outside, say};

/// How long requests under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub listen: ListenArgs,
}

/// Starts the server and serves until it is told to stop.
pub async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let context = outside::context();
    match boot(&args.data, context, args.listen.options(false)).await? {
        Booted::Sealed { reason } => {
            say::error(format!(
                "kedun starts sealed: {reason}. Nothing is lost; provide the root key and start again."
            ));
            listen(&args, kedun_api::sealed_router(), |_| {}).await?;
            Ok(ExitCode::FAILURE)
        }
        Booted::Ready(mut app) => {
            app.watch_clock();
            let link = setup_link(&app).await?;
            let announce = |address: SocketAddr| {
                say::line(format!("Kedun listens on https://{address}"));
                if let Some(token) = &link {
                    say::line(
                        "This is the first start. Name the first administrator with this link (it works once, for 24 hours):",
                    );
                    say::line(format!("  https://{address}/setup#{token}"));
                }
            };
            listen(&args, kedun_api::router(app.state.clone()), announce).await?;
            app.stop().await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn setup_link(app: &App) -> anyhow::Result<Option<String>> {
    if app.identity.setup_state().await? == SetupState::Done {
        return Ok(None);
    }
    Ok(Some(app.identity.setup_token().await?))
}

/// Listens with TLS until a signal, then lets requests under way finish.
pub async fn listen(
    args: &ServeArgs,
    router: Router,
    announce: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let tls = match (&args.listen.tls_cert, &args.listen.tls_key) {
        (Some(cert), Some(key)) => kedun_api::tls::from_files(cert, key)?,
        _ => {
            make_private_dir(&args.data.data)?;
            kedun_api::tls::self_signed(&args.data.data.join("tls"), &args.listen.tls_names)?
        }
    };
    // Before anybody can reach the server: whoever asks it to stop then finds it ready to.
    let mut stop = Stop::new()?;
    let handle = Handle::new();
    let server = axum_server::bind_rustls(args.listen.listen, RustlsConfig::from_config(Arc::clone(&tls)))
        .handle(handle.clone())
        .serve(router.into_make_service_with_connect_info::<SocketAddr>());
    let server = tokio::spawn(server);
    let Some(address) = handle.listening().await else {
        return Err(match server.await? {
            Err(error) => anyhow::Error::new(error),
            Ok(()) => anyhow::anyhow!("the listener ended at once"),
        })
        .with_context(|| format!("cannot listen on {}", args.listen.listen));
    };
    announce(address);
    stop.asked().await;
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(GRACE));
    server.await??;
    Ok(())
}

/// SIGTERM and Ctrl-C, listened to from the moment this is made.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn new() -> anyhow::Result<Self> {
        Ok(Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for one of them.
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
