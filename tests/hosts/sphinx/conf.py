"""A course with MyST: Markdown in which HTML may stand."""

project = "A course"
extensions = ["myst_parser"]
html_theme = "alabaster"
# A folder beside this file, which its host fills with the package's one file.
html_static_path = ["_static"]
html_js_files = [("element.js", {"type": "module"})]
