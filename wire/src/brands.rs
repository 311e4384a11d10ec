//! Brands, as the configuration has them.

use serde::{Deserialize, Serialize};

/// One org in one country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Brand {
    /// The org.
    #[cfg_attr(feature = "openapi", schema(example = "razorpay"))]
    pub org: String,
    /// Its country, two capital letters of ISO 3166.
    #[cfg_attr(feature = "openapi", schema(example = "IN"))]
    pub country: String,
    /// What people call it.
    #[cfg_attr(feature = "openapi", schema(example = "Razorpay"))]
    pub name: String,
    /// Where its dashboard is.
    #[cfg_attr(feature = "openapi", schema(example = "https://dashboard.razorpay.com"))]
    pub dashboard_url: String,
    /// The host names that show it.
    pub hosts: Vec<String>,
    /// What its key ids begin with.
    #[cfg_attr(feature = "openapi", schema(example = "rzp"))]
    pub key_prefix: String,
    /// The roles its members may have.
    pub roles: Vec<String>,
    /// What an account must have before it may have live keys: `activation`, `website`.
    pub live_requires: Vec<String>,
}
