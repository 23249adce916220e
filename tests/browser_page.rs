//! The tests of `realms`, in a page; and what only a page can have: another realm.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "here a panic is a failed test")]

mod realms;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(name: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = ["document", "body"], js_name = append)]
    fn append_to_body(element: &JsValue);
}

#[wasm_bindgen_test]
async fn a_file_of_another_realm_is_a_file() {
    let frame = create_element("iframe");
    append_to_body(&frame);
    let realm = Reflect::get(&frame, &"contentWindow".into()).unwrap();
    let constructor: Function = Reflect::get(&realm, &"File".into()).unwrap().unchecked_into();
    let file =
        Reflect::construct(&constructor, &Array::of2(&Array::of1(&realms::video()), &"film.mp4".into())).unwrap();
    assert!(!file.is_instance_of::<web_sys::File>());
    realms::upload_is_ready("2", &file, realms::video().length()).await;
}
