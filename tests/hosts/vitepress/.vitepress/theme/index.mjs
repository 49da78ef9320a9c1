import DefaultTheme from "vitepress/theme";

// On the server, where VitePress draws its pages first, importing it does nothing.
import "consensus-playground";

export default DefaultTheme;
