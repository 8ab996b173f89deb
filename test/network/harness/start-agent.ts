import { join } from 'node:path'
import type { TaskAnswer, TaskName, TaskOptions } from './agent-tasks.ts'
import type { Host } from './host.ts'

const PROGRAM = join(import.meta.dirname, 'agent.ts')

/** Asks the agent on a host; rejects where the task failed, or the agent has ended. */
export interface Agent {
  ask<Name extends TaskName>(name: Name, options: TaskOptions<Name>): Promise<TaskAnswer<Name>>
}

interface Reply {
  readonly id: number
  readonly answer?: unknown
  readonly failed?: string
}

interface Pending {
  readonly done: (answer: never) => void
  readonly fail: (error: Error) => void
}

/** It ends with the test's process, or with its host. */
export const startAgent = (host: Host): Agent => {
  const child = host.spawn(process.execPath, [PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  const pending = new Map<number, Pending>()
  let asked = 0
  child.on('message', ({ id, answer, failed }: Reply) => {
    const { done, fail } = pending.get(id)!
    pending.delete(id)
    if (failed === undefined) done(answer as never)
    else fail(new Error(`${host.name}: ${failed}`))
  })
  child.once('exit', (code) => {
    for (const { fail } of pending.values()) fail(new Error(`${host.name} has ended with ${code}`))
  })
  return {
    ask: (name, options) =>
      new Promise((done, fail) => {
        const id = asked++
        pending.set(id, { done, fail })
        child.send({ id, name, options })
      })
  }
}
