import "x-media-upload";
import "x-media-upload/inline";
import "x-media-upload/stores";
import "x-media-upload/emulator";
