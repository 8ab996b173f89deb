#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it says what is missing before anything newer is loaded.
import { existsSync } from 'node:fs'
import module from 'node:module'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `swarmgrad needs Node 22.18 or newer; this is Node ${process.versions.node}.\n`
  )
  process.exit(2)
}
// Every peer of a live simulation is a process of its own: compile once, not once for each.
module.enableCompileCache?.()
// The repository runs its TypeScript as it is; the published package holds JavaScript in dist/.
const source = new URL('./main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../../dist/cli/main.js', import.meta.url).href
)
await main(process.argv)
