//! Help: each brand's edition, before and after login, and nothing that is not on its shelf.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use domain::BrandId;
use tower::ServiceExt;

use super::Story;

#[tokio::test]
async fn help_is_there_before_and_after_login_and_leads_on_in_the_same_way() {
    let story = Story::begins().await;
    let mut stranger = story.somebody();
    let index = stranger.opens("/help").await;
    assert_eq!(index.status, 200);
    assert!(index.html.contains("href=\"/help/api/glossary\""), "{}", index.html);
    assert!(stranger.opens("/help/api/glossary/").await.says("Key Secret"));

    let mut owner = story.member("owner").await;
    let index = owner.opens("/live/help").await;
    assert!(index.html.contains("href=\"/live/help/api/glossary\""), "{}", index.html);
    let page = owner.opens("/live/help/payments/dashboard/faqs").await;
    assert!(page.html.contains("id=\"2-i-cannot-generate-live-mode-api-keys\""), "{}", page.html);
    assert!(
        page.html.contains("href=\"/test/help/payments/dashboard/faqs\""),
        "the mode switch keeps the page"
    );
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_not_found_whoever_asks() {
    let story = Story::begins().await;
    let mut stranger = story.somebody();
    for path in
        ["/help/no-such-page", "/help/partials/who", "/help/..%2f..%2fpepper", "/help/index.md", "/help/%00"]
    {
        assert_eq!(stranger.opens(path).await.status, 404, "{path}");
    }
    let mut owner = story.member("owner").await;
    let page = owner.opens("/test/help/no-such-page").await;
    assert!(page.status == 404 && page.offers("Log out"), "{}", page.shown());
}

#[tokio::test]
async fn a_picture_is_kept_by_browsers_under_the_address_that_pages_print() {
    let story = Story::begins().await;
    let html = story.somebody().opens("/help/payments/dashboard/settings/api-keys").await.html;
    let (_, after) = html.split_once("src=\"/help/assets/").expect("a picture");
    let (address, _) = after.split_once('"').expect("the attribute ends");
    let get = async |path: String| {
        let request = Request::get(path).header(HOST, "razorpay.localhost:8080").body(Body::empty());
        story
            .router
            .clone()
            .oneshot(request.expect("a valid request"))
            .await
            .expect("the router is infallible")
    };
    let picture = get(format!("/help/assets/{address}")).await;
    assert_eq!(
        (picture.status().as_u16(), picture.headers()[CONTENT_TYPE].as_bytes()),
        (200, &b"image/jpeg"[..])
    );
    assert_eq!(picture.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
    let (plain, _) = address.split_once('?').expect("a version");
    assert_eq!(get(format!("/help/assets/{plain}")).await.headers()[CACHE_CONTROL], "no-cache");
}

#[tokio::test]
async fn one_brands_pictures_are_not_anothers() {
    let story = Story::configured(|_| ()).await;
    let picture = "assets/images/settings-4.jpg";
    let id = |org: &str, country: &str| BrandId::new(org, country).expect("a brand of the sample");
    assert!(story.app.help.picture(&id("razorpay", "IN"), picture).is_some());
    assert!(story.app.help.picture(&id("axis", "IN"), picture).is_none());
}

#[tokio::test]
async fn a_page_with_a_slip_is_shown_with_what_it_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let text =
        "---\ntitle: Ours\n---\nThe rest.\n\n@include nowhere\n\n<show-if org=\"axis\">\nnever closed\n";
    std::fs::write(folder.path().join("ours.md"), text).expect("the file can be written");
    let dir = folder.path().to_owned();
    let story = Story::configured(|config| {
        config.brands.truncate(1);
        config.help_dir = Some(dir);
    })
    .await;
    let mut stranger = story.somebody();
    let page = stranger.opens("/help/ours").await;
    assert_eq!(page.status, 200);
    assert!(page.says("The rest.") && page.says("A part of this page cannot be shown"), "{}", page.shown());
    assert!(!page.says("never closed"));
}
