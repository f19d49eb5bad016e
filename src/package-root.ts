/** The directory of package.json. It is the parent of this file's, and of `dist/`, in which the bundle lies side by side. */
export const packageRoot = new URL('..', import.meta.url);
