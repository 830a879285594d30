//! Records of any object: the same routes for all of them.

mod aggregate;
mod bulk;
mod change;
mod create;
mod duplicates;
mod explain;
pub(crate) mod filter;
mod get;
mod history;
mod list;
mod looks;
mod related;
mod remove;
mod reveal;
mod shares;
#[cfg(feature = "testing")]
pub mod testing;
mod timeline;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_records, create::create_record))
        .routes(routes!(list::query_records))
        .routes(routes!(duplicates::find_duplicates))
        .routes(routes!(aggregate::aggregate_records))
        .routes(routes!(bulk::change_many))
        .routes(routes!(get::get_record, change::change_record, remove::delete_record))
        .routes(routes!(remove::restore_record))
        .routes(routes!(reveal::reveal_fields))
        .routes(routes!(reveal::note_copy))
        .routes(routes!(history::record_history))
        .routes(routes!(related::related_records))
        .routes(routes!(timeline::record_timeline))
        .routes(routes!(looks::record_looks))
        .routes(routes!(explain::explain_record))
        .routes(routes!(explain::explain_any))
        .routes(routes!(shares::list_shares, shares::share_record))
        .routes(routes!(shares::revoke_share))
}
