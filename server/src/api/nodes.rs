//! Nodes: the processes that verify keys. On the embedded database there is one, this one.

use axum::Json;
use axum::extract::State;
use wire::nodes::Node;
use wire::page::Page;

use super::document::Problems;
use super::operator::Operator;
use super::page::{PageAsk, cut, limit};
use super::problem::Problem;
use super::query::Ask;
use crate::app::App;

/// List the nodes
#[utoipa::path(
    get, path = "/nodes", tag = "nodes", operation_id = "list_nodes", params(PageAsk),
    responses((status = 200, description = "Every process that verifies keys", body = Page<Node>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Node>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let (index, uptime) = (app.engine.index(), app.clock.uptime());
    let node = Node {
        node: "local".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ready: index.lease().check(uptime).is_ok(),
        position: index.position(),
        lease_age_ms: index.lease().age_ms(uptime),
        pairs: index.len() as u64,
    };
    Ok(Json(cut(vec![node], ask.after.as_deref(), limit, |node| node.node.clone())?))
}
