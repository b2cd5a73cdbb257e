//! What tests of files share: a directory of their own, and an error with all that it must say.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A directory for one test, removed with everything in it when the test is over.
pub(crate) struct Room(pub(crate) PathBuf);

impl Room {
    pub(crate) fn new() -> Self {
        static ROOMS: AtomicUsize = AtomicUsize::new(0);
        let name = format!("quipu-data-{}-{}", std::process::id(), ROOMS.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Room(path)
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The error must be `$variant`, and its message must hold every one of the words.
macro_rules! fails {
    ($result:expr, $variant:ident, $($word:expr),+ $(,)?) => {{
        let error = $result.map(|_| ()).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::$variant { .. }), "not {}: {text}", stringify!($variant));
        $(assert!(text.contains(&*$word.to_string()), "no `{}` in: {text}", $word);)+
        // A program that returns the error from `main` shows its Debug form.
        assert_eq!(format!("{error:?}"), text);
    }};
}
