/** What an agent can be asked to do with plain sockets, and what it answers. */

export interface End {
  readonly host: string
  readonly port: number
}

export interface AgentTasks {
  /** Listens on TCP; every connection says hello and stays. */
  listen(options: { readonly port: number }): null
  /** Who has connected since it listens, in that order. */
  callers(options: object): readonly End[]
  /** Connects once; what went wrong where it did not. */
  connect(options: {
    readonly to: End
    readonly localPort: number
    readonly deadlineMs: number
  }): Connected | { readonly error: string }
  /** Connects again and again from the one local port until it is connected, as two ends of a punched hole do. */
  punch(options: {
    readonly to: End
    readonly localPort: number
    readonly deadlineMs: number
  }): Connected | { readonly error: string }
  /** Shortest of so many TCP handshakes, in milliseconds. */
  handshake(options: { readonly to: End; readonly times: number }): number
  /** Opens a UDP socket, which stays. */
  bind(options: { readonly port: number }): null
  /** Sends so many numbered packets of UDP from a port that is bound. */
  post(options: {
    readonly from: number
    readonly to: End
    readonly word: string
    readonly count: number
  }): null
  /** Resolves once a word that begins so has come to that port; all that have come until then. */
  mail(options: { readonly port: number; readonly until: string }): readonly Letter[]
}

export interface Connected {
  readonly local: End
  /** What the other end said first. */
  readonly heard: string
}

export interface Letter {
  readonly word: string
  readonly from: End
}

export type TaskName = keyof AgentTasks

export type TaskOptions<Name extends TaskName> = Parameters<AgentTasks[Name]>[0]

export type TaskAnswer<Name extends TaskName> = ReturnType<AgentTasks[Name]>
