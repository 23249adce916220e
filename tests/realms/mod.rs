//! `MediaClient` in whatever realm the including file is run in, against the emulator of the test run.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use x_media_upload::MediaClient;

#[wasm_bindgen(module = "/src/js/error.js")]
extern "C" {
    #[wasm_bindgen(js_name = isMediaUploadError)]
    fn is_media_upload_error(value: &JsValue) -> bool;
}

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str) -> Promise;

    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: JsValue;
}

const SERVER: &str = match option_env!("X_MEDIA_UPLOAD_TEST_SERVER") {
    Some(url) => url,
    None => "http://127.0.0.1:8917",
};

fn room(name: &str) -> String {
    format!("{SERVER}/x/{name}-{}", js_sys::Math::random())
}

pub(crate) fn client(api: &str, base_url: &str) -> MediaClient {
    let options = [("api", api.into()), ("baseUrl", base_url.into()), ("accessToken", "token".into())];
    MediaClient::new(&object(&options)).unwrap()
}

pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let pairs: Array = fields.iter().map(|(name, value)| Array::of2(&(*name).into(), value)).collect();
    Object::from_entries(&pairs).unwrap().into()
}

fn text(value: &JsValue, name: &str) -> String {
    Reflect::get(value, &name.into()).unwrap().as_string().unwrap_or_default()
}

pub(crate) fn video() -> Uint8Array {
    Uint8Array::from(include_bytes!("../fixtures/video.mp4").as_slice())
}

/// What the emulator says of the media that it was sent.
async fn media_at(base_url: &str) -> String {
    let response = JsFuture::from(fetch(&format!("{base_url}/_emulator/media"))).await.unwrap();
    let json: Function = Reflect::get(&response, &"json".into()).unwrap().unchecked_into();
    let body = JsFuture::from(Promise::from(json.call0(&response).unwrap())).await.unwrap();
    JSON::stringify(&body).unwrap().into()
}

/// Uploads a file, and checks that the emulator has a media of so many bytes under the id that comes of it.
pub(crate) async fn upload_is_ready(api: &str, file: &JsValue, bytes: u32) {
    let base_url = room("upload");
    let upload = client(api, &base_url).upload(file, &JsValue::UNDEFINED);
    let media = JsFuture::from(upload.done()).await.unwrap();
    let id = text(&media, "media_id_string");
    let kept = media_at(&base_url).await;
    assert!(id.len() >= 17 && kept.contains(&format!("\"media_id_string\":\"{id}\"")), "{id} is not in {kept}");
    assert!(kept.contains(&format!("\"size\":{bytes}")), "{kept}");
}

#[wasm_bindgen_test]
async fn a_video_becomes_ready_over_v1() {
    upload_is_ready("1.1", &video(), video().length()).await;
}

#[wasm_bindgen_test]
async fn a_video_becomes_ready_over_v2() {
    upload_is_ready("2", &video(), video().length()).await;
}

#[wasm_bindgen_test]
async fn an_abort_rejects_with_its_own_reason() {
    let options = object(&[("mediaType", "video/mp4".into())]);
    let upload = client("2", &room("abort")).upload(&Uint8Array::new_with_length(9), &options);
    upload.abort(&"enough".into());
    assert_eq!(JsFuture::from(upload.done()).await.unwrap_err(), JsValue::from("enough"));
}

#[wasm_bindgen_test]
async fn an_abort_within_a_callback_of_the_upload_itself_is_the_end_of_it() {
    let controller = web_sys::AbortController::new().unwrap();
    let signal = controller.signal();
    let told = Closure::<dyn Fn(JsValue)>::new(move |progress: JsValue| {
        if text(&progress, "phase") == "append" {
            controller.abort_with_reason(&"in the middle".into());
        }
    });
    let options = object(&[("signal", signal.into()), ("onProgress", told.as_ref().clone())]);
    let base_url = room("callback");
    let upload = client("2", &base_url).upload(&video(), &options);
    assert_eq!(JsFuture::from(upload.done()).await.unwrap_err(), JsValue::from("in the middle"));
    assert!(!media_at(&base_url).await.contains("succeeded"));
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
    let finalize = MediaClient::new(&options).unwrap().finalize(&"12345".into(), &JsValue::UNDEFINED);
    let error = JsFuture::from(finalize).await.unwrap_err();
    assert_eq!(text(&error, "code"), "network");
    assert_eq!(text(&Reflect::get(&error, &"cause".into()).unwrap(), "name"), "TypeError");
}

#[wasm_bindgen_test]
async fn a_trap_rejects_all_of_its_client_and_nothing_of_another() {
    let base_url = room("trap");
    let (trapped, other) = (client("1.1", &base_url), client("1.1", &base_url));
    let id = || JsValue::from("12345");
    let under_way = trapped.wait_until_ready(&id(), &JsValue::UNDEFINED);

    let clock = PERFORMANCE.with(|performance| Reflect::get(performance, &"now".into()).unwrap());
    let trap = Closure::<dyn Fn() -> f64>::new(|| core::arch::wasm32::unreachable());
    let set_clock =
        |now: &JsValue| PERFORMANCE.with(|performance| Reflect::set(performance, &"now".into(), now).unwrap());
    set_clock(trap.as_ref());
    let error = JsFuture::from(trapped.finalize(&id(), &JsValue::UNDEFINED)).await.unwrap_err();
    set_clock(&clock);

    assert_eq!(text(&error, "code"), "internal");
    assert_eq!(text(&Reflect::get(&error, &"cause".into()).unwrap(), "name"), "RuntimeError");
    for promise in [under_way, trapped.status(&id(), &JsValue::UNDEFINED)] {
        assert_eq!(text(&JsFuture::from(promise).await.unwrap_err(), "code"), "internal");
    }
    let upload = other.upload(&video(), &JsValue::UNDEFINED);
    assert!(JsFuture::from(upload.done()).await.is_ok());
}
