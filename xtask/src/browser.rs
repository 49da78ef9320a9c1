//! Finds a browser to test in: the person's own Chrome or Chromium, or on Debian, as root, apt's.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result, bail, ensure};
use indicatif::ProgressBar;
use xshell::cmd;

use crate::context::Context;
use crate::step::{announce, run_logged};

/// Where browsers call home: the first found on the PATH is used.
const PROGRAMS: [&str; 5] = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];
/// Where they are when they are on no PATH.
const PLACES: [&str; 5] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/snap/bin/chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];
/// What apt installs: the browser, its driver, and letters to draw.
const PACKAGES: [&str; 4] = ["chromium", "chromium-driver", "fonts-liberation", "fonts-dejavu-core"];
/// Chromium without a window, as Debian calls the program and its package: tests of pages take a third less time in it.
const HEADLESS: &str = "chromium-headless-shell";

/// What Debian and others call Firefox, and apt's package of it.
const FIREFOXES: [&str; 2] = ["firefox-esr", "firefox"];
/// Where it is when it is on no PATH.
const FIREFOX_PLACES: [&str; 2] =
    ["/Applications/Firefox.app/Contents/MacOS/firefox", r"C:\Program Files\Mozilla Firefox\firefox.exe"];

/// Firefox's program: what `FIREFOX` names, else the person's own. It needs no driver: the tests speak WebDriver BiDi with it.
pub fn find_firefox(ctx: &Context) -> Option<PathBuf> {
    let named = env::var_os("FIREFOX").map(PathBuf::from).filter(|path| path.is_file());
    let known = || FIREFOXES.iter().find_map(|program| ctx.which(program));
    let placed = || FIREFOX_PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    named.or_else(known).or_else(placed)
}

/// Brings Firefox where apt has it. Elsewhere its checks are left out, and that is said.
///
/// # Errors
/// When apt has installed it, and it is not there.
pub fn ensure_firefox(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    if let Some(firefox) = find_firefox(ctx) {
        return Ok(firefox.display().to_string());
    }
    let [package, _] = FIREFOXES;
    if !(ctx.which("apt-get").is_some() && ctx.is_root()) {
        return Ok("none is here, its checks are left out".to_owned());
    }
    if let Err(why) = apt(ctx, bar, "firefox", "apt installs Firefox", &[package]) {
        return Ok(format!("apt can't bring it, its checks are left out: {why}"));
    }
    let firefox = find_firefox(ctx).context("apt installed Firefox, but it is not on the PATH")?;
    Ok(format!("{}, just installed", firefox.display()))
}

/// Brings WebKit with its driver where apt has them. Elsewhere its checks are left out, and that is said.
pub fn ensure_webkit(ctx: &Context, bar: &ProgressBar) -> String {
    if let Some(driver) = ctx.which("WebKitWebDriver") {
        return driver.display().to_string();
    }
    if !(ctx.which("apt-get").is_some() && ctx.is_root()) {
        return "none is here, its checks are left out".to_owned();
    }
    match apt(ctx, bar, "webkit", "apt installs WebKit and a screen for it", &["webkit2gtk-driver", "xvfb"]) {
        Ok(()) => "WebKitGTK, just installed".to_owned(),
        Err(why) => format!("apt can't bring it, its checks are left out: {why}"),
    }
}

/// The browser's program: what `CHROME` names, else the person's own.
pub fn find(ctx: &Context) -> Option<PathBuf> {
    let named = env::var_os("CHROME").map(PathBuf::from).filter(|path| path.is_file());
    let known = || PROGRAMS.iter().find_map(|program| ctx.which(program));
    let placed = || PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    named.or_else(known).or_else(placed)
}

/// The browser in which pages are tested: what `CHROME` names, else one without a window, else the person's own.
pub fn find_headless(ctx: &Context) -> Option<PathBuf> {
    let named = env::var_os("CHROME").is_some();
    let headless = || ctx.which(HEADLESS).filter(|_| !named);
    headless().or_else(|| find(ctx))
}

/// Makes sure that a browser is there, with its driver where apt brings both.
///
/// # Errors
/// When none is found and none can be installed.
pub fn ensure_browser(ctx: &Context, bar: &ProgressBar) -> Result<String> {
    if let Some(named) = env::var_os("CHROME") {
        ensure!(PathBuf::from(&named).is_file(), "CHROME names {}, which is no file", named.display());
    }
    let on_debian = ctx.which("apt-get").is_some();
    let complete = || find(ctx).filter(|_| !on_debian || ctx.which("chromedriver").is_some());
    if let Some(browser) = complete() {
        let lacking = env::var_os("CHROME").is_none() && ctx.which(HEADLESS).is_none();
        if lacking && on_debian && ctx.is_root() {
            // Only faster: whoever can't have it tests in the browser that is there.
            let _ = apt(ctx, bar, "headless", "apt installs Chromium without a window", &[HEADLESS]);
        }
        return Ok(browser.display().to_string());
    }
    if !(on_debian && ctx.is_root()) {
        if let Some(browser) = find(ctx) {
            // wasm-pack fetches a driver by itself where it finds none.
            return Ok(format!("{} (chromedriver: left to wasm-pack)", browser.display()));
        }
        bail!(
            "no Chrome or Chromium found. Install one (on Debian and Ubuntu: `sudo apt-get install {}`), or set CHROME to its program.",
            PACKAGES.join(" ")
        );
    }
    let with_headless = [&PACKAGES[..], &[HEADLESS]].concat();
    apt(ctx, bar, "browser", "apt installs Chromium and ChromeDriver", &with_headless)
        .or_else(|_| apt(ctx, bar, "browser", "apt installs Chromium and ChromeDriver", &PACKAGES))?;
    let browser = complete().context("apt installed Chromium, but it or its driver is not on the PATH")?;
    Ok(format!("{}, just installed", browser.display()))
}

/// Has apt install packages; what it says is kept in `apt-NAME.log`.
fn apt(ctx: &Context, bar: &ProgressBar, name: &str, what: &str, packages: &[&str]) -> Result<()> {
    announce(bar, what);
    let wait = "DPkg::Lock::Timeout=300"; // another apt may be at work
    let update = cmd!(ctx.shell, "apt-get -o {wait} update");
    run_logged(bar, &ctx.kept(&format!("apt-update-{name}.log"))?, update)?;
    let install = cmd!(ctx.shell, "apt-get -o {wait} install -y --no-install-recommends")
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run_logged(bar, &ctx.kept(&format!("apt-{name}.log"))?, install)
}

/// Writes the driver's settings for this machine, from `tests/webdriver.json`, and returns where:
/// names the browser that was found, and leaves the sandbox on for everyone but root.
///
/// # Errors
/// When the settings can't be read or written.
pub fn driver_settings(ctx: &Context) -> Result<PathBuf> {
    let text =
        fs::read_to_string(ctx.root.join("tests/webdriver.json")).context("tests/webdriver.json can't be read")?;
    let mut settings: serde_json::Value = serde_json::from_str(&text).context("tests/webdriver.json is no JSON")?;
    let chrome = settings["goog:chromeOptions"].as_object_mut().context("tests/webdriver.json names no options")?;
    if let Some(browser) = find(ctx) {
        chrome.insert("binary".into(), browser.display().to_string().into());
    }
    if !ctx.is_root()
        && let Some(args) = chrome.get_mut("args").and_then(serde_json::Value::as_array_mut)
    {
        args.retain(|arg| arg != "--no-sandbox");
    }
    let place = ctx.kept("webdriver.json")?;
    fs::write(&place, serde_json::to_string_pretty(&settings)?)?;
    Ok(place)
}
