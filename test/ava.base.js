import { resolve } from 'node:path'

/** What all suites share. Each test file is a process of its own: what one has compiled the others need not. */
export const base = {
  extensions: { ts: 'module' },
  workerThreads: false,
  environmentVariables: {
    NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../node_modules/.cache/compile')
  }
}
