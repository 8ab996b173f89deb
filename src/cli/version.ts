import { readFileSync } from 'node:fs'

/** From src/cli/ and from dist/cli/ alike. */
const PACKAGE = new URL('../../package.json', import.meta.url)

export const versionOfProgram = (): string => JSON.parse(readFileSync(PACKAGE, 'utf8')).version
