//! Brands: what this installation is configured to serve.

use axum::Json;
use axum::extract::State;
use wire::brands::Brand;
use wire::page::Page;

use super::document::Problems;
use super::operator::Operator;
use super::page::{PageAsk, cut, limit};
use super::problem::Problem;
use super::query::Ask;
use crate::app::App;

/// List the brands
#[utoipa::path(
    get, path = "/brands", tag = "brands", operation_id = "list_brands", params(PageAsk),
    responses((status = 200, description = "All brands", body = Page<Brand>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Brand>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let brands = app.config.brands.iter().map(brand).collect();
    Ok(Json(cut(brands, ask.after.as_deref(), limit, |brand: &Brand| {
        format!("{}-{}", brand.org, brand.country)
    })?))
}

fn brand(brand: &crate::config::Brand) -> Brand {
    let rules = &brand.rules;
    let requires = [("activation", rules.require_activation), ("website", rules.require_website)];
    let requires = requires.into_iter().filter(|(_, required)| *required);
    Brand {
        org: rules.id.org().to_owned(),
        country: rules.id.country().to_owned(),
        name: brand.name.clone(),
        dashboard_url: brand.url.clone(),
        hosts: brand.hosts.clone(),
        key_prefix: rules.key_prefix.as_str().to_owned(),
        roles: rules.roles.iter().map(ToString::to_string).collect(),
        live_requires: requires.map(|(what, _)| what.to_owned()).collect(),
    }
}
