/**
 * One process of `ring.ts`: the same ring as ring-all-reduce's over a bare `node:net` socket. The same
 * gradient, chunks, buckets, sums and optimiser; no threads, no encryption, no checksums, no views.
 */
import { connect, createServer, type Socket } from 'node:net'
import { seeded } from '../../src/random.ts'
import { Geometry } from '../../src/strategy/ring-all-reduce/geometry.ts'
import { createQuadratics } from '../../src/training/quadratic.ts'
import { createSgd } from '../../src/training/sgd.ts'
import { scale, zeros } from '../../src/vector/vector.ts'

export interface PlainRingSetup {
  readonly place: number
  readonly ports: readonly number[]
  readonly parameters: number
  /** Elements. */
  readonly bucket: number
  readonly steps: number
  /** Of these, those before the clock starts. */
  readonly warmUp: number
}

export interface PlainRingReport {
  readonly cpuMs: number
  readonly wallMs: number
  readonly bytes: number
  readonly peakBytes: number
}

/** chunk u16, bucket u16, whole u8, 3 bytes of nothing: what follows is aligned. */
const HEADER = 8

const once = (socket: Socket, event: string): Promise<void> =>
  new Promise((done) => socket.once(event, () => done()))

export const runPlainRing = async (setup: PlainRingSetup): Promise<PlainRingReport> => {
  const { place, ports, parameters, bucket, steps, warmUp } = setup
  const members = ports.length
  const geometry = new Geometry(parameters, members, bucket)
  const model = {
    name: 'quadratic',
    parameters,
    condition: 10,
    heterogeneity: 1,
    noise: 0
  } as const
  const source = createQuadratics(model, members, seeded(1)).source(place, seeded(2))
  const optimizer = createSgd({ name: 'sgd', momentum: 0 }, parameters)
  const replica = zeros(parameters)
  const part = zeros(parameters)
  const sum = zeros(parameters)

  const server = createServer()
  const arrived = new Promise<Socket>((done) => server.once('connection', done))
  await new Promise<void>((done) => server.listen(ports[place], '127.0.0.1', done))
  process.send!('listening')
  await new Promise((done) => process.once('message', done))
  const next = connect(ports[(place + 1) % members]!, '127.0.0.1')
  await once(next, 'connect')
  next.setNoDelay(true)
  const before = await arrived

  let bytes = 0
  const send = (chunk: number, index: number, whole: boolean, values: Float32Array): void => {
    const header = Buffer.alloc(HEADER)
    header.writeUInt16LE(chunk, 0)
    header.writeUInt16LE(index, 2)
    header[4] = whole ? 1 : 0
    bytes += HEADER + values.byteLength
    next.write(header)
    // Written while the sum is being overwritten: a copy, as any sender of buffers that live on needs.
    next.write(Buffer.from(new Uint8Array(values.slice().buffer)))
  }

  let missing = 0
  let finished: (() => void) | null = null
  const owner = (chunk: number): number => (chunk + members - 1) % members
  const came = (chunk: number, index: number, whole: boolean, values: Float32Array): void => {
    const { from, to } = geometry.range(chunk, index)
    const there = sum.subarray(from, to)
    if (whole) {
      there.set(values)
      if ((place + 1) % members !== owner(chunk)) send(chunk, index, true, there)
    } else {
      const own = part.subarray(from, to)
      for (let i = 0; i < there.length; i++) there[i] = own[i]! + values[i]!
      send(chunk, index, owner(chunk) === place, there)
    }
    if (whole || owner(chunk) === place) missing--
    if (missing > 0) return
    // What comes now is of the next step.
    ready = false
    finished?.()
  }

  // One frame at a time, into a buffer of its own.
  let header: Buffer | null = null
  let headerRead = Buffer.alloc(0)
  let body = new Uint8Array(0)
  let read = 0
  const early: Array<() => void> = []
  let ready = false
  before.on('data', (data: Buffer) => {
    let at = 0
    while (at < data.length) {
      if (header === null) {
        const taken = Math.min(HEADER - headerRead.length, data.length - at)
        headerRead = Buffer.concat([headerRead, data.subarray(at, at + taken)])
        at += taken
        if (headerRead.length < HEADER) continue
        header = headerRead
        headerRead = Buffer.alloc(0)
        const { from, to } = geometry.range(header.readUInt16LE(0), header.readUInt16LE(2))
        body = new Uint8Array(4 * (to - from))
        read = 0
      }
      const taken = Math.min(body.length - read, data.length - at)
      body.set(data.subarray(at, at + taken), read)
      read += taken
      at += taken
      if (read < body.length) continue
      const [chunk, index, whole] = [
        header.readUInt16LE(0),
        header.readUInt16LE(2),
        header[4] === 1
      ]
      const values = new Float32Array(body.buffer)
      header = null
      if (ready) came(chunk, index, whole, values)
      else early.push(() => came(chunk, index, whole, values))
    }
  })

  let cpu = process.cpuUsage()
  let began = performance.now()
  for (let step = 0; step < steps; step++) {
    if (step === warmUp) {
      cpu = process.cpuUsage()
      began = performance.now()
      bytes = 0
    }
    ready = false
    source.gradient(replica, part)
    missing = 0
    for (let chunk = 0; chunk < members; chunk++) missing += geometry.buckets(chunk)
    const done = new Promise<void>((resolve) => {
      finished = resolve
    })
    for (let index = 0; index < geometry.buckets(place); index++) {
      const { from, to } = geometry.range(place, index)
      send(place, index, false, part.subarray(from, to))
    }
    ready = true
    for (const run of early.splice(0)) run()
    await done
    scale(1 / members, sum)
    optimizer.step(replica, sum, 0.1)
  }
  const { user, system } = process.cpuUsage(cpu)
  const report = {
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - began,
    bytes,
    peakBytes: 1024 * process.resourceUsage().maxRSS
  }
  await new Promise((done) => process.send!(report, done))
  // Not destroyed: what is still on its way is the next one's last piece.
  next.end()
  if (!before.readableEnded) await once(before, 'end')
  server.close()
  return report
}

if (process.argv[2] !== undefined && import.meta.main) {
  await runPlainRing(JSON.parse(process.argv[2]) as PlainRingSetup)
  process.disconnect()
}
