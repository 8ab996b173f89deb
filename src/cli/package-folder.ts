/** Where this package is, seen from src/cli/ and from dist/cli/ alike. */
export const PACKAGE_FOLDER = new URL('../../', import.meta.url)
