/** A program for a host: does what it is asked over its parent's channel, with plain sockets. */
import type { AgentTasks, TaskName, TaskOptions } from './agent-tasks.ts'
import { callersSoFar, connect, handshake, listen, punch } from './agent-tcp.ts'
import { bind, mail, post } from './agent-udp.ts'

type Doers = {
  readonly [Name in TaskName]: (options: TaskOptions<Name>) => Promise<ReturnType<AgentTasks[Name]>>
}

const doers: Doers = {
  listen,
  callers: callersSoFar,
  connect,
  punch,
  handshake,
  bind,
  post,
  mail
}

interface Request {
  readonly id: number
  readonly name: TaskName
  readonly options: never
}

process.on('message', ({ id, name, options }: Request) => {
  void doers[name](options).then(
    (answer) => process.send!({ id, answer }),
    (error: Error) => process.send!({ id, failed: error.message })
  )
})
process.once('disconnect', () => process.exit())
