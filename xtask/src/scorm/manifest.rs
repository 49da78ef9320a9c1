//! `imsmanifest.xml`: what a learning platform reads of a package.
//!
//! SCORM 1.2 Content Aggregation Model, 2.3; SCORM 2004 3rd Edition Content Aggregation Model, 3.4. Elements stand in the order of
//! the schemas.

use std::fmt::Write as _;

/// The two versions that platforms take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// SCORM 1.2 of 2001.
    Old,
    /// SCORM 2004, 3rd Edition: the first in which 64,000 characters of work can be kept.
    New,
}

impl Version {
    /// As file names have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Old => "1.2",
            Self::New => "2004",
        }
    }
}

/// A page that is launched, scored and kept by itself.
pub struct Item {
    /// From the package's top.
    pub page: String,
    /// As people read it.
    pub title: String,
    /// Files of its own besides the page.
    pub files: Vec<String>,
}

/// A package: what it is called, its pages, and the files that these share.
pub struct Contents {
    /// Tells it from others on a platform.
    pub id: String,
    /// As people read it.
    pub title: String,
    /// In the order in which they are to be worked through.
    pub items: Vec<Item>,
    /// From the package's top.
    pub shared: Vec<String>,
}

const OLD: &str = r#"<manifest identifier="ID" version="1.0"
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
"#;

const NEW: &str = r#"<manifest identifier="ID" version="1.0"
  xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
  xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd http://www.imsglobal.org/xsd/imsss imsss_v1p0.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>2004 3rd Edition</schemaversion>
  </metadata>
"#;

/// The page says itself whether it is completed and passed: the platform is not to guess from its having been opened.
const BY_CONTENT: &str = r#"        <imsss:sequencing>
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>
"#;

const CHOICE: &str = r#"      <imsss:sequencing>
        <imsss:controlMode choice="true" flow="true"/>
      </imsss:sequencing>
"#;

/// Writes the manifest of a package.
pub fn manifest(version: Version, contents: &Contents) -> String {
    let Contents { id, title, items, shared } = contents;
    let (head, kind, sequencing, choice) = match version {
        Version::Old => (OLD, "adlcp:scormtype", "", ""),
        Version::New => (NEW, "adlcp:scormType", BY_CONTENT, CHOICE),
    };
    let mut xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", head.replace("\"ID\"", &format!("\"{id}\"")));
    let _ = write!(
        xml,
        "  <organizations default=\"path\">\n    <organization identifier=\"path\">\n      <title>{}</title>\n",
        escaped(title)
    );
    for (place, item) in items.iter().enumerate() {
        let _ = write!(
            xml,
            "      <item identifier=\"item-{place}\" identifierref=\"page-{place}\" isvisible=\"true\">\n        <title>{}</title>\n{sequencing}      </item>\n",
            escaped(&item.title)
        );
    }
    let _ = write!(xml, "{choice}    </organization>\n  </organizations>\n  <resources>\n");
    for (place, item) in items.iter().enumerate() {
        let page = escaped(&item.page);
        let _ = writeln!(
            xml,
            "    <resource identifier=\"page-{place}\" type=\"webcontent\" {kind}=\"sco\" href=\"{page}\">"
        );
        files(&mut xml, std::iter::once(&item.page).chain(&item.files));
        xml.push_str("      <dependency identifierref=\"shared\"/>\n    </resource>\n");
    }
    let _ = writeln!(xml, "    <resource identifier=\"shared\" type=\"webcontent\" {kind}=\"asset\">");
    files(&mut xml, shared.iter());
    xml.push_str("    </resource>\n  </resources>\n</manifest>\n");
    xml
}

fn files<'names>(xml: &mut String, names: impl Iterator<Item = &'names String>) {
    for name in names {
        let _ = writeln!(xml, "      <file href=\"{}\"/>", escaped(name));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
