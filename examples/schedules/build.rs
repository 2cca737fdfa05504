//! Generates Rust from the .proto, and the file descriptors that the server sends to clients by
//! reflection.
use std::{env, error::Error, fs, path::Path};

use protox::prost::Message as _;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(["schedules.proto"], ["proto"])?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("schedules.bin"),
        files.encode_to_vec(),
    )?;
    tonic_prost_build::configure().compile_fds(files)?;
    Ok(())
}
