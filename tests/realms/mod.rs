//! The core and its shell in whatever realm the including file is run in, against the emulator of the test run.

use js_sys::{Array, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use x_media_upload::task::Core;

#[wasm_bindgen(module = "/src/browser/core.js")]
extern "C" {
    #[wasm_bindgen(js_name = use)]
    fn use_core(class: &JsValue);
}

#[wasm_bindgen(module = "/src/browser/client.js")]
extern "C" {
    type MediaClient;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: &JsValue) -> Result<MediaClient, JsValue>;

    #[wasm_bindgen(method)]
    fn finalize(this: &MediaClient, id: &JsValue, options: &JsValue) -> Promise;

    #[wasm_bindgen(method)]
    fn upload(this: &MediaClient, file: &JsValue, options: &JsValue) -> Upload;

    type Upload;

    #[wasm_bindgen(method)]
    fn done(this: &Upload) -> Promise;

    #[wasm_bindgen(method)]
    fn abort(this: &Upload, reason: &JsValue);
}

// Named here, so that the runner serves what client.js imports.
#[wasm_bindgen(module = "/src/browser/answer.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = answerOf)]
    static ANSWER: JsValue;
}
#[wasm_bindgen(module = "/src/browser/arguments.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = blob)]
    static BLOB: JsValue;
}
#[wasm_bindgen(module = "/src/browser/about.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = about)]
    static ABOUT: JsValue;
}
#[wasm_bindgen(module = "/src/browser/checks.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = checked)]
    static CHECKED: JsValue;
}
#[wasm_bindgen(module = "/src/browser/connection.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = Connection)]
    static CONNECTION: JsValue;
}
#[wasm_bindgen(module = "/src/browser/oauth1.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = authorization)]
    static AUTHORIZATION: JsValue;
}
#[wasm_bindgen(module = "/src/browser/run.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = Run)]
    static RUN: JsValue;
}
#[wasm_bindgen(module = "/src/js/error.js")]
extern "C" {
    #[wasm_bindgen(js_name = isMediaUploadError)]
    fn is_media_upload_error(value: &JsValue) -> bool;
}

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str) -> Promise;
}

const SERVER: &str = match option_env!("X_MEDIA_UPLOAD_TEST_SERVER") {
    Some(url) => url,
    None => "http://127.0.0.1:8917",
};

fn room(name: &str) -> String {
    format!("{SERVER}/x/{name}-{}", js_sys::Math::random())
}

fn client(api: &str, base_url: &str) -> MediaClient {
    for module in [&ANSWER, &BLOB, &ABOUT, &CHECKED, &CONNECTION, &AUTHORIZATION, &RUN] {
        assert!(module.with(JsValue::is_function));
    }
    let class = Reflect::get(&JsValue::from(Core::new("{}")), &"constructor".into()).unwrap();
    use_core(&class);
    MediaClient::new(&object(&[("api", api.into()), ("baseUrl", base_url.into()), ("accessToken", "token".into())]))
        .unwrap()
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let pairs: Array = fields.iter().map(|(name, value)| Array::of2(&(*name).into(), value)).collect();
    Object::from_entries(&pairs).unwrap().into()
}

fn text(value: &JsValue, name: &str) -> String {
    Reflect::get(value, &name.into()).unwrap().as_string().unwrap_or_default()
}

/// What the emulator says of the media that it was sent.
async fn media_at(base_url: &str) -> String {
    let response = JsFuture::from(fetch(&format!("{base_url}/_emulator/media"))).await.unwrap();
    let json: js_sys::Function = Reflect::get(&response, &"json".into()).unwrap().unchecked_into();
    let body = JsFuture::from(Promise::from(json.call0(&response).unwrap())).await.unwrap();
    JSON::stringify(&body).unwrap().into()
}

async fn upload_is_ready(api: &str) {
    let base_url = room("upload");
    let video = Uint8Array::from(include_bytes!("../fixtures/video.mp4").as_slice());
    let upload = client(api, &base_url).upload(&video, &JsValue::UNDEFINED);
    let media = JsFuture::from(upload.done()).await.unwrap();
    let id = text(&media, "media_id_string");
    let kept = media_at(&base_url).await;
    assert!(id.len() >= 17 && kept.contains(&format!("\"media_id_string\":\"{id}\"")), "{id} is not in {kept}");
    assert!(kept.contains(&format!("\"size\":{}", video.length())), "{kept}");
}

#[wasm_bindgen_test]
async fn a_video_becomes_ready_over_v1() {
    upload_is_ready("1.1").await;
}

#[wasm_bindgen_test]
async fn a_video_becomes_ready_over_v2() {
    upload_is_ready("2").await;
}

#[wasm_bindgen_test]
async fn an_abort_rejects_with_its_own_reason() {
    let upload = client("2", &room("abort"))
        .upload(&Uint8Array::new_with_length(9), &object(&[("mediaType", "video/mp4".into())]));
    upload.abort(&"enough".into());
    assert_eq!(JsFuture::from(upload.done()).await.unwrap_err(), JsValue::from("enough"));
}

#[wasm_bindgen_test]
async fn an_id_that_is_a_number_is_refused_before_any_request() {
    let base_url = room("number");
    let refused = client("1.1", &base_url).finalize(&JsValue::from(5), &JsValue::UNDEFINED);
    let error = JsFuture::from(refused).await.unwrap_err();
    assert!(is_media_upload_error(&error));
    assert_eq!(text(&error, "code"), "invalid_argument");
    assert!(text(&error, "message").contains("mediaId"));
    assert!(!media_at(&base_url).await.contains("media_id_string"));
}

#[wasm_bindgen_test]
async fn no_server_is_a_network_error_with_its_cause() {
    let options = object(&[
        ("api", "2".into()),
        ("baseUrl", "http://127.0.0.1:9".into()),
        ("retry", object(&[("attempts", 1.into())])),
    ]);
    client("2", SERVER);
    let error = JsFuture::from(MediaClient::new(&options).unwrap().finalize(&"12345".into(), &JsValue::UNDEFINED))
        .await
        .unwrap_err();
    assert_eq!(text(&error, "code"), "network");
    assert_eq!(text(&Reflect::get(&error, &"cause".into()).unwrap(), "name"), "TypeError");
}
