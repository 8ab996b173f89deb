import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Libp2p, MultiaddrConnection } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { NodePart } from '../node-part.ts'
import { type Caller, callerOf } from './caller.ts'
import { heartbeatPart } from './heartbeat.ts'
import { LifeSigns } from './life-signs.ts'
import { SWEEP } from './limits.ts'
import type { PulseTimes } from './pulse.ts'
import { endOf, socketKey } from './socket-key.ts'
import { Strangers } from './strangers.ts'

/** What the sockets tell the guard. Null: read on at once. */
export interface SocketWatch {
  received(bytes: number): Promise<void> | null
  sent(bytes: number): void
}

export interface GuardOptions {
  /** Connections that strangers may hold in all. */
  readonly connections: number
  readonly pulse?: PulseTimes
  /** Whether its bytes are bounded otherwise: by a link's credit, by a relay's quota. */
  isTrusted(peer: PeerName): boolean
}

/** How often it is looked up whether a stranger is one still. */
const TRUST: Milliseconds = 1000

/** Bounds what one stranger costs this peer, and takes down connections that have died. */
export class Guard {
  readonly #options: GuardOptions
  readonly #strangers: Strangers
  readonly #signs = new LifeSigns()
  /** Of sockets that are open, by their other end, as the rest. */
  readonly #callers = new Map<string, Caller>()
  readonly #peers = new Map<string, PeerName>()

  constructor(options: GuardOptions) {
    this.#options = options
    this.#strangers = new Strangers({
      connections: options.connections,
      now: () => performance.now()
    })
  }

  get parts(): readonly NodePart[] {
    return [this.#register(), heartbeatPart(this.#signs, this.#options.pulse)]
  }

  /** Whether to take the call that has come in by this socket. */
  takes(socket: Socket): boolean {
    const { remoteAddress = '', remotePort = 0 } = socket
    const caller = callerOf(remoteAddress)
    // It has gone again already.
    if (caller === null) return false
    const key = endOf(remoteAddress, remotePort)
    const isUpgraded = (): boolean => this.#peers.has(key)
    const taken = this.#strangers.takes(caller, {
      get handshaking() {
        return !isUpgraded()
      },
      get over() {
        return socket.destroyed
      }
    })
    if (!taken) return false
    this.#callers.set(key, caller)
    socket.once('close', () => this.#callers.delete(key))
    return true
  }

  /** Of every socket, and of every relayed connection, before its handshake. */
  watch(connection: MultiaddrConnection): SocketWatch {
    const key = socketKey(connection.remoteAddr)
    const caller = this.#callers.get(key) ?? null
    let trusted = caller === null
    let lookedAt = -Infinity
    return {
      sent: (bytes) => this.#signs.sent(key, bytes),
      received: (bytes) => {
        this.#signs.received(key)
        const now = performance.now()
        if (caller !== null && now - lookedAt >= TRUST) {
          lookedAt = now
          const peer = this.#peers.get(key)
          trusted = peer !== undefined && this.#options.isTrusted(peer)
        }
        if (trusted || caller === null) return null
        const wait = this.#strangers.wait(caller, bytes)
        return wait === 0 ? null : sleep(wait, undefined, { ref: false })
      }
    }
  }

  #register(): NodePart {
    return {
      attach: (node: Libp2p) => {
        const opened = ({ detail }: CustomEvent<Connection>): void => {
          this.#peers.set(socketKey(detail.remoteAddr), detail.remotePeer.toString())
        }
        const closed = ({ detail }: CustomEvent<Connection>): void => {
          this.#peers.delete(socketKey(detail.remoteAddr))
        }
        node.addEventListener('connection:open', opened)
        node.addEventListener('connection:close', closed)
        const sweep = setInterval(() => this.#strangers.sweep(), SWEEP).unref()
        return () => {
          clearInterval(sweep)
          node.removeEventListener('connection:open', opened)
          node.removeEventListener('connection:close', closed)
        }
      }
    }
  }
}
