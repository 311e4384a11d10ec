//! `/v1/whoami`

use crate::http::{ask, basic};
use crate::site::{EXPIRING, LIVE, OTHER_SECRET, RETIRING, SECRET, Site};

const GET: &str = "GET /v1/whoami HTTP/1.1";

#[test]
fn a_key_learns_whom_it_speaks_for_and_until_when() {
    let site = Site::open();
    let whoami = |key_id| ask(site.address, &[GET, &basic(key_id, SECRET)]).body;
    insta::assert_snapshot!(whoami(LIVE), @r#"{"key_id":"rzp_live_00000000000002","mode":"live","account_id":"acc_00000000000001","brand":"razorpay/IN","state":"current","created_at":"2027-01-15T07:59:55.000Z","expires_at":null}"#);
    insta::assert_snapshot!(whoami(RETIRING), @r#"{"key_id":"rzp_live_00000000000004","mode":"live","account_id":"acc_00000000000001","brand":"razorpay/IN","state":"retiring","created_at":"2027-01-15T07:59:55.000Z","expires_at":null,"deactivates_at":"2027-01-16T08:00:00.000Z"}"#);
    insta::assert_snapshot!(whoami(EXPIRING), @r#"{"key_id":"rzp_test_00000000000005","mode":"test","account_id":"acc_00000000000001","brand":"razorpay/IN","state":"current","created_at":"2027-01-15T07:59:55.000Z","expires_at":"2027-01-16T08:00:00.000Z"}"#);
}

#[test]
fn a_bad_key_gets_the_same_refusal_as_everywhere() {
    let site = Site::open();
    let answer = ask(site.address, &[GET, &basic(LIVE, OTHER_SECRET)]);
    let elsewhere = ask(site.address, &["GET /v1/authenticate HTTP/1.1", &basic(LIVE, OTHER_SECRET)]);
    assert_eq!(answer.seen(), elsewhere.seen());
    assert_eq!(ask(site.address, &[GET]).status, 401);
    let wrong = ask(site.address, &["DELETE /v1/whoami HTTP/1.1", &basic(LIVE, SECRET)]);
    assert_eq!((wrong.status, wrong.header("Allow")), (405, "GET"));
}
