/** Loss and accuracy against rounds, of the picked peer and, in a local run, of the others behind it. */
import { createChart } from './chart.js'
import { byId } from './dom.js'
import { countText, figureText, percentText } from './format.js'

/** Rows of the event stream: at, round, loss, accuracy, test loss, bytes sent, bytes received. */
const ROUND = 1
const LOSS = 2
const ACCURACY = 3
const TEST_LOSS = 4

/** A few hundred points are as many as a chart has room for. */
const MAX_POINTS_SHOWN = 1200

const thinned = (points) => {
  const every = Math.ceil(points.length / MAX_POINTS_SHOWN)
  if (every === 1) return points
  // Evaluations are rare: none of them is left out.
  return points.filter((row, index) => index % every === 0 || row[ACCURACY] !== null)
}

/** All rounds of all peers in order, and where each is. A peer that began again repeats some: the last counts. */
const axisOf = (lists) => {
  const rounds = [...new Set(lists.flatMap((points) => points.map((row) => row[ROUND])))]
  rounds.sort((a, b) => a - b)
  return { rounds, places: new Map(rounds.map((round, index) => [round, index])) }
}

const column = ({ rounds, places }, points, field) => {
  const values = new Array(rounds.length).fill(null)
  for (const row of points) values[places.get(row[ROUND])] = row[field]
  return values
}

const has = (points, field) => points.some((row) => row[field] !== null)

export const createCurves = () => {
  const loss = createChart(byId('loss'), {
    label: 'Loss by round',
    height: 215,
    format: figureText,
    across: countText,
    empty: 'The curve begins with the second round.'
  })
  const accuracy = createChart(byId('accuracy'), {
    label: 'Accuracy by round',
    height: 215,
    format: (value) => percentText(value, 1),
    across: countText,
    empty: 'Nothing has been evaluated yet.'
  })
  return {
    show(model) {
      const own = thinned(model.peers.get(model.picked)?.points ?? [])
      const others = [...model.peers]
        .filter(([name, { points }]) => name !== model.picked && points.length > 0)
        .map(([, { points }]) => thinned(points))
      const axis = axisOf([own, ...others])
      const thin = (field) =>
        others.map((points) => ({ tone: 'grey', thin: true, values: column(axis, points, field) }))
      const lines = [{ name: 'training', tone: 'blue', values: column(axis, own, LOSS) }]
      if (has(own, TEST_LOSS)) {
        const values = column(axis, own, TEST_LOSS)
        lines.push({ name: 'test', tone: 'orange', dots: true, values })
      }
      loss.show(axis.rounds, [...thin(LOSS), ...lines])
      const evaluated = [own, ...others].map((points) =>
        points.filter((row) => row[ACCURACY] !== null)
      )
      const few = axisOf(evaluated)
      const rest = evaluated.slice(1).filter((points) => points.length > 0)
      accuracy.show(few.rounds, [
        ...rest.map((points) => ({
          tone: 'grey',
          thin: true,
          values: column(few, points, ACCURACY)
        })),
        { name: 'accuracy', tone: 'green', dots: true, values: column(few, evaluated[0], ACCURACY) }
      ])
    },
    redraw() {
      loss.redraw()
      accuracy.redraw()
    }
  }
}
