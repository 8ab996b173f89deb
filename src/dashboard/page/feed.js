/** The event stream, and again whenever it breaks. EventSource itself gives up after some errors. */
const FIRST_WAIT = 1000
const LONGEST_WAIT = 10_000
/** The server beats every 5 seconds. */
const SILENCE = 13_000

const KINDS = ['state', 'status', 'change', 'point', 'ended', 'beat']

/** `on(kind, data)` for each message, `onConnection('live' | 'gone')` when that changes. */
export const openFeed = (on, onConnection) => {
  let wait = FIRST_WAIT
  let watchdog = 0
  const connect = () => {
    const stream = new EventSource('events')
    const lost = () => {
      clearTimeout(watchdog)
      stream.close()
      onConnection('gone')
      setTimeout(connect, wait)
      wait = Math.min(LONGEST_WAIT, 2 * wait)
    }
    const listen = () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(lost, SILENCE)
    }
    for (const kind of KINDS) {
      stream.addEventListener(kind, ({ data }) => {
        listen()
        if (kind === 'state') {
          wait = FIRST_WAIT
          onConnection('live')
        }
        on(kind, JSON.parse(data))
      })
    }
    stream.addEventListener('error', lost)
    listen()
  }
  connect()
}
