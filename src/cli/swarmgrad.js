#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it says what is missing before anything newer is loaded.
import { existsSync } from 'node:fs'
import module from 'node:module'
import v8 from 'node:v8'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `swarmgrad needs Node 22.18 or newer; this is Node ${process.versions.node}.\n`
  )
  process.exit(2)
}
// A peer runs for weeks and shares its machine: small generations of young objects and compact code cost
// it next to nothing, since its vectors lie outside of V8's heap, and save 60 to 100 MB.
if (['peer', 'join'].includes(process.argv[2] ?? '')) {
  v8.setFlagsFromString('--max-semi-space-size=1')
  v8.setFlagsFromString('--optimize-for-size')
  // That would also have the heap collected all the time, since the buffers of frames count with it: half of a
  // busy peer's processor time (docs/performance.md, "A ring beside a bare ring").
  v8.setFlagsFromString('--heap-growing-percent=150')
  // Until the peer listens to it itself: a service manager's reload must not end a process that begins.
  process.on('SIGHUP', () => {})
}
// Every peer of a live simulation is a process of its own: compile once, not once for each.
module.enableCompileCache?.()
// The repository runs its TypeScript as it is; the published package holds JavaScript in dist/.
const source = new URL('./main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../../dist/cli/main.js', import.meta.url).href
)
await main(process.argv)
