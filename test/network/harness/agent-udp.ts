/** An agent's UDP. */
import { createSocket, type Socket } from 'node:dgram'
import type { End, Letter } from './agent-tasks.ts'

interface Box {
  readonly socket: Socket
  readonly letters: Letter[]
  look: () => void
}

const boxes = new Map<number, Box>()

export const bind = async ({ port }: { readonly port: number }): Promise<null> => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
  const box: Box = { socket, letters: [], look: () => {} }
  socket.on('message', (bytes, { address, port }) => {
    box.letters.push({ word: bytes.toString(), from: { host: address, port } })
    box.look()
  })
  await new Promise<void>((done, fail) => {
    socket.once('error', fail)
    socket.bind(port, '0.0.0.0', done)
  })
  boxes.set(port, box)
  return null
}

interface Post {
  readonly from: number
  readonly to: End
  readonly word: string
  readonly count: number
}

export const post = async ({ from, to, word, count }: Post): Promise<null> => {
  const { socket } = boxes.get(from)!
  for (let i = 0; i < count; i++) {
    const text = count === 1 ? word : `${word} ${i}`
    await new Promise<void>((done, fail) => {
      socket.send(text, to.port, to.host, (error) => (error ? fail(error) : done()))
    })
  }
  return null
}

export const mail = ({
  port,
  until
}: {
  readonly port: number
  readonly until: string
}): Promise<readonly Letter[]> =>
  new Promise((done) => {
    const box = boxes.get(port)!
    box.look = () => {
      if (box.letters.some(({ word }) => word.startsWith(until))) done([...box.letters])
    }
    box.look()
  })
