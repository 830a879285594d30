//! `kedun demo`: a synthetic company in one command.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use kedun_identity::{SetupState, totp_code, totp_step};
use kedun_testkit::company::{Company, CompanySize};

use super::serve::{ServeArgs, listen};
use crate::boot::{Booted, boot};
use crate::config::{DataArgs, ListenArgs};
use crate::demo::{PASSWORD, company_size, fill, logins};
use crate::{outside, say};

#[derive(Debug, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Customers of the company, up to 1,000,000.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    pub customers: u32,
    /// People of the company.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(12..=10_000))]
    pub people: u32,
    /// Contacts in all, spread evenly over the customers; two for each customer unless given.
    #[arg(long, hide = true)]
    pub contacts: Option<u32>,
    /// Opportunities in all.
    #[arg(long, hide = true)]
    pub opportunities: Option<u32>,
    /// Leads in all.
    #[arg(long, hide = true)]
    pub leads: Option<u32>,
    /// Follow-ups in all.
    #[arg(long, hide = true)]
    pub follow_ups: Option<u32>,
    /// Another seed gives another company.
    #[arg(long, default_value_t = 2026)]
    pub seed: u64,
    /// Prints the six digits that are valid now for a login, and ends.
    #[arg(long, value_name = "LOGIN")]
    pub code: Option<String>,
    /// Fills the data and ends.
    #[arg(long)]
    pub fill_only: bool,
}

/// How large the company is.
fn size(args: &DemoArgs) -> anyhow::Result<CompanySize> {
    let customers = usize::try_from(args.customers)?;
    let usual = company_size(usize::try_from(args.people)?, customers);
    let given = |n: Option<u32>, usual: usize| n.map_or(Ok(usual), usize::try_from);
    Ok(CompanySize {
        contacts_per_account: given(args.contacts, usual.contacts())? / customers.max(1),
        opportunities: given(args.opportunities, usual.opportunities)?,
        leads: given(args.leads, usual.leads)?,
        follow_ups: given(args.follow_ups, usual.follow_ups)?,
        ..usual
    })
}

/// Makes the company unless it is there, prints the logins, serves.
pub async fn run(mut args: DemoArgs) -> anyhow::Result<ExitCode> {
    let context = outside::context();
    if let Some(login) = &args.code {
        let secret = crate::demo::totp_secret(args.seed, login);
        say::line(totp_code(&secret, totp_step(context.now())).unwrap_or_default());
        return Ok(ExitCode::SUCCESS);
    }
    if args.data.data.as_path() == Path::new("data") {
        // Never mixed with real data by accident.
        args.data.data = PathBuf::from("demo-data");
    }
    // A company at work: what it did lies before today, what it expects around it.
    let company = Company::at(args.seed, size(&args)?, context.now());
    let mut app = match boot(&args.data, context.clone(), args.listen.options(true)).await? {
        Booted::Ready(app) => app,
        Booted::Sealed { reason } => anyhow::bail!("sealed: {reason}"),
    };
    if app.identity.setup_state().await? != SetupState::Done {
        say::line(format!("Making a synthetic company with {} customers …", args.customers));
        fill(&app.door, &app.identity, &company, args.seed, |what| say::line(format!("  {what}"))).await?;
    }
    if args.fill_only {
        app.stop().await?;
        return Ok(ExitCode::SUCCESS);
    }
    app.watch_clock();
    let serve = ServeArgs { data: args.data.clone(), listen: args.listen.clone() };
    let announce = |address: std::net::SocketAddr| {
        say::line("");
        say::line(format!("  Kedun demo:  https://{address}   (self-signed certificate: accept it once)"));
        say::line(format!("  Password of everybody:  {PASSWORD}"));
        say::line("");
        say::line(format!("  {:<18} {:<16} {:<14} second factor", "role", "login", "name"));
        for login in logins(&company, args.seed) {
            let factor = match &login.totp {
                Some(secret) => {
                    let code = totp_code(secret, totp_step(context.now())).unwrap_or_default();
                    format!("{code} now; later: kedun demo --code {}", login.login)
                }
                None => "–".to_owned(),
            };
            say::line(format!("  {:<18} {:<16} {:<14} {factor}", login.role, login.login, login.name));
        }
        say::line("");
        say::line(
            "  All data is invented. Ctrl-C ends; the next start is quick. Remove demo-data to begin anew.",
        );
    };
    listen(&serve, kedun_api::router(app.state.clone()), announce).await?;
    app.stop().await?;
    Ok(ExitCode::SUCCESS)
}
