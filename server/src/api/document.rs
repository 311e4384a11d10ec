//! The OpenAPI 3.1 document, made from the routes themselves so that it cannot forget one.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::Extension;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi as _};
use wire::problem::{MEDIA_TYPE, Members, Problem};

use super::AT;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Keystead management API",
        description = "The operator's work: accounts, keys, members, audit. Errors are application/problem+json with a stable code; lists come a page at a time.",
    ),
    components(schemas(Problem, Members)),
    security(("operator" = [])),
    modifiers(&OperatorToken),
    tags(
        (name = "accounts", description = "Opening accounts, and what live mode asks of them"),
        (name = "keys", description = "Generating, regenerating and deactivating; why requests were refused"),
        (name = "members", description = "Who is in an account"),
        (name = "brands", description = "What this installation serves"),
        (name = "audit", description = "Who changed what, when"),
        (name = "followers", description = "Services that verify in their own process, and the feed they follow"),
        (name = "nodes", description = "The processes that verify keys"),
        (name = "document", description = "This document"),
    ),
)]
struct Description;

struct OperatorToken;

impl Modify for OperatorToken {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An operator token; `keystead init` prints the first one."))
            .build();
        let components = document.components.get_or_insert_with(Components::new);
        components.add_security_scheme("operator", SecurityScheme::Http(bearer));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A follower's token; `keystead follower add` prints it."))
            .build();
        components.add_security_scheme("follower", SecurityScheme::Http(bearer));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A node's credential; `keystead node enrol` prints it."))
            .build();
        components.add_security_scheme("node", SecurityScheme::Http(bearer));
    }
}

/// What any call may answer instead of what it was asked for.
pub(super) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let problem = |description: &str| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            RefOr::T(ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build())
        };
        BTreeMap::from([
            ("401".to_owned(), problem("The operator token is missing or not known")),
            (
                "default".to_owned(),
                problem("The answer is no, or there is none: `code` says which, `detail` what to do"),
            ),
        ])
    }
}

/// The document, ready to send.
#[derive(Clone)]
pub(super) struct Document(Bytes);

impl Document {
    /// The document of what the routes describe.
    pub(super) fn of(described: OpenApi) -> Self {
        let document = Description::openapi().nest(AT, described);
        let json =
            serde_json::to_vec(&document).expect("a document is text, numbers and maps, which JSON can hold");
        Self(json.into())
    }
}

/// Show this document
#[utoipa::path(
    get, path = "/openapi.json", tag = "document", operation_id = "show_document", security(()),
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")),
)]
pub(super) async fn show(Extension(Document(json)): Extension<Document>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], json)
}
