//! Encryption to nobody in particular protects from nobody: the certificate has to be the host's.

use store::Schema;
use test_postgres::{Cluster, authority};

use crate::samples::at;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_reached_only_if_its_certificate_is_its_own_and_by_somebody_trusted() {
    let cluster = Cluster::start_encrypted();
    let trusted = format!("sslrootcert={}", authority().display());
    let reached = async |host: &str, says: &str| {
        let url = format!("{}?{says}", cluster.url_over_tcp(host, "postgres"));
        at(&url).schema().await.map_err(|error| error.to_string())
    };
    for mode in ["require", "verify-full"] {
        let found = reached("localhost", &format!("sslmode={mode}&{trusted}")).await;
        assert_eq!(found.expect("its own, by an authority that is trusted"), Schema::Missing, "{mode}");
        for (host, says, why) in [
            ("localhost", format!("sslmode={mode}"), "UnknownIssuer"),
            ("127.0.0.1", format!("sslmode={mode}&{trusted}"), "not valid for name"),
        ] {
            let told = reached(host, &says).await.expect_err("it could be anybody");
            assert!(told.contains(why), "{host} {says}: {told}");
        }
    }
    let told = reached("localhost", "sslmode=disable").await.expect_err("the server wants it encrypted");
    assert!(told.contains("no encryption"), "{told}");
}
