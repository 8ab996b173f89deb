import { readFileSync } from 'node:fs'
import { PACKAGE_FOLDER } from './package-folder.ts'

export const versionOfProgram = (): string =>
  JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8')).version
