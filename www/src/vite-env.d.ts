/// <reference types="vite/client" />

/** Whether this is the build of the one offline file. */
declare const __OFFLINE__: boolean;
