//! Follows a person: `follow CHECK_INS` prints an assessment for each line of check-ins.
//! rustc follow.rs -L LIB -l relapse_c

use std::ffi::{c_char, c_int, c_void};
use std::io::BufRead;
use std::{ptr, slice};

type Text = *mut c_void;

extern "C" {
    fn relapse_model_named(name: *const c_char, size: usize, model: *mut *mut c_void, out: *mut Text) -> c_int;
    fn relapse_model_free(model: *mut c_void);
    fn relapse_monitor_new(model: *const c_void, start: *const c_char, size: usize, monitor: *mut *mut c_void, out: *mut Text) -> c_int;
    fn relapse_monitor_update(monitor: *mut c_void, check_in: *const c_char, size: usize, out: *mut Text) -> c_int;
    fn relapse_monitor_free(monitor: *mut c_void);
    fn relapse_text_data(text: Text) -> *const u8;
    fn relapse_text_size(text: Text) -> usize;
    fn relapse_text_free(text: Text);
}

/// What a call told: the result, or the error as a document `relapse/error/1`.
unsafe fn told(status: c_int, out: Text) -> Result<String, String> {
    let bytes = slice::from_raw_parts(relapse_text_data(out), relapse_text_size(out));
    let text = String::from_utf8_lossy(bytes).into_owned();
    relapse_text_free(out);
    if status == 0 { Ok(text) } else { Err(text) }
}

struct Monitor(*mut c_void);
unsafe impl Send for Monitor {} // one thread at a time

impl Monitor {
    fn of(model: &str) -> Result<Monitor, String> {
        let (mut known, mut person, mut out) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        unsafe {
            told(relapse_model_named(model.as_ptr().cast(), model.len(), &mut known, &mut out), out)?;
            let status = relapse_monitor_new(known, ptr::null(), 0, &mut person, &mut out);
            relapse_model_free(known); // the monitor keeps it
            told(status, out)?;
        }
        Ok(Monitor(person))
    }
    fn update(&mut self, check_in: &str) -> Result<String, String> {
        let mut out = ptr::null_mut();
        unsafe { told(relapse_monitor_update(self.0, check_in.as_ptr().cast(), check_in.len(), &mut out), out) }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        unsafe { relapse_monitor_free(self.0) }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::fs::File::open(std::env::args().nth(1).ok_or("follow CHECK_INS")?)?;
    let mut monitor = Monitor::of("standard")?;
    for line in std::io::BufReader::new(file).lines() {
        println!("{}", monitor.update(&line?)?);
    }
    Ok(())
}
