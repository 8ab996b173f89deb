/** The compute thread's entry. Each thread has to ask for the cache of compiled code, before it loads any. */
import module from 'node:module'

module.enableCompileCache?.()
await import('./compute-loop.ts')
module.flushCompileCache?.()
