# SPDX-License-Identifier: BSD-3-Clause
"""The searches themselves, on whole numbers and floats only: no names, no frames, nothing of ours imported.

A graph is four sequences: edge ``e`` leaves the node whose range ``starts[node] : starts[node + 1]`` holds it, leads to
``heads[e]``, comes from ``tails[e]`` and may be used where ``usable[e]`` is true. Each kernel is written once: as it
stands it runs on lists, and :mod:`corridor.tiers` compiles the same source for arrays. ``filled``, ``push`` and ``pop``, and
``nearer``, ``eased`` and ``tight`` on arrays, are the calls that the compiled tier replaces; a heap yields its entries in the order of whole entries in both, so
that both give the same answer to the last bit.
"""

from __future__ import annotations

from heapq import heappop as pop
from heapq import heappush as push
from typing import Any

import numpy as np

__all__ = ["Numbers", "guided", "labels", "loopless", "sift_down", "sift_up", "together", "trace", "tree"]

# A list in the plain tier, an array in the compiled one.
Numbers = Any


def filled(count: int, value: Any) -> Numbers:
    """Return a sequence of one value."""
    return [value] * count


def tree(
    starts: Numbers, heads: Numbers, costs: Numbers, usable: Numbers, source: int, goals: Numbers, left: int,
    zero: Any, most: Any, endless: Any,
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Return the least cost of each node from a source, and the edge it is reached by (-1: none).

    Stops once ``left`` nodes flagged in ``goals`` and all nodes no farther are settled, or beyond the cost ``most``;
    what was not settled by then may hold more than its least cost.

    Dijkstra (1959) with a binary heap: O((nodes + edges) log nodes).
    """
    reached = filled(len(starts) - 1, endless)
    came = filled(len(starts) - 1, -1)
    reached[source] = zero
    heap = [(zero, source)]
    while len(heap) > 0:
        cost, node = pop(heap)
        if cost > most:
            break
        if cost > reached[node]:
            continue
        if goals[node]:
            left -= 1
            if left == 0:
                most = cost
        for edge in range(starts[node], starts[node + 1]):
            if usable[edge]:
                head = heads[edge]
                new = cost + costs[edge]
                if new < reached[head]:
                    reached[head] = new
                    came[head] = edge
                    push(heap, (new, head))
    return reached, came


def guided(
    starts: Numbers, heads: Numbers, costs: Numbers, usable: Numbers, source: int, goal: int, endless: int,
    marks: Numbers, width: int, to_mark: Numbers, from_mark: Numbers,
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Return what :func:`tree` does for one goal, led there by lower bounds from landmarks.

    ``to_mark[node * width + mark]`` and ``from_mark`` hold the least cost to and from each landmark; ``marks`` names
    those that are used. Bounds stay true where edges are barred or dearer than when they were made.

    Goldberg and Harrelson (2005), Computing the shortest path: A* search meets graph theory (ALT). Exact.
    """
    reached = filled(len(starts) - 1, endless)
    came = filled(len(starts) - 1, -1)
    ahead = filled(len(starts) - 1, -1)
    reached[source] = 0
    ahead[source] = 0
    heap = [(0, source)]
    most = endless
    while len(heap) > 0:
        bound, node = pop(heap)
        if bound > most:
            break
        cost = reached[node]
        if bound > cost + ahead[node]:
            continue
        if node == goal:
            most = bound
        for edge in range(starts[node], starts[node + 1]):
            if usable[edge]:
                head = heads[edge]
                new = cost + costs[edge]
                if new < reached[head]:
                    reached[head] = new
                    came[head] = edge
                    rest = ahead[head]
                    if rest < 0:
                        rest = 0
                        for index in range(len(marks)):
                            here = head * width + marks[index]
                            there = goal * width + marks[index]
                            if to_mark[here] < endless and to_mark[there] < endless:
                                rest = max(rest, to_mark[here] - to_mark[there])
                            if from_mark[here] < endless and from_mark[there] < endless:
                                rest = max(rest, from_mark[there] - from_mark[here])
                        ahead[head] = rest
                    push(heap, (new + rest, head))
    return reached, came


def trace(
    source: int, goal: int, came: Numbers, tails: Numbers, costs: Numbers, usable: Numbers, reached: Numbers,
    back_starts: Numbers, back_edges: Numbers,
) -> tuple[list[int], bool]:  # fmt: skip
    """Return the edges from a goal back to the source, and whether another way costs the same.

    ``back_edges[back_starts[node] : back_starts[node + 1]]`` are the edges that lead to a node.
    """
    node = goal
    way = [came[goal]]
    way.pop()
    tied = False
    while node != source:
        edge = came[node]
        way.append(edge)
        for index in range(back_starts[node], back_starts[node + 1]):
            other = back_edges[index]
            if other != edge and usable[other] and reached[tails[other]] + costs[other] == reached[node]:
                tied = True
        node = tails[edge]
    return way, tied


def loopless(  # noqa: C901, PLR0912, PLR0915 - one kernel, compiled as a whole
    starts: Numbers, heads: Numbers, tails: Numbers, costs: Numbers, usable: Numbers, source: int, goal: int,
    count: int, endless: int, ahead: Numbers,
) -> tuple[list[int], list[int], list[int]]:  # fmt: skip
    """Return the ``count`` cheapest ways without a loop: their edges on end, where each begins, and what each costs.

    ``ahead[node]`` is the least cost from a node to the goal.

    Yen (1971), Finding the K shortest loopless paths in a network, with the partition of Lawler (1972), a best-first
    search led by the exact ``ahead`` in each part, and parts left unsearched until their lower bound is the least.
    """
    ways = [-1]
    ways.pop()
    begins = [0]
    totals = [ahead[source]]
    totals.pop()
    # A part: ways that begin with the first `depth` edges of way `parent` and do not go on with a barred edge.
    parents = [-1]
    depths = [0]
    bars = [-1]
    # Where the searched best way of a part lies in `found`; -1: not searched yet.
    founds = [-1]
    lengths = [0]
    found = [-1]
    barred_edges = [-1]
    barred_before = [-1]
    # A node that carries the stamp of the search lies on its prefix (blocked) or has been reached (seen).
    blocked = filled(len(starts) - 1, -1)
    seen = filled(len(starts) - 1, -1)
    reached = filled(len(starts) - 1, endless)
    came = filled(len(starts) - 1, -1)
    stamp = 0
    heap = [(ahead[source], 0)]
    if ahead[source] >= endless:
        heap.pop()
    while len(heap) > 0 and len(totals) < count:
        bound, part = pop(heap)
        parent, depth, bar = parents[part], depths[part], bars[part]
        stamp += 1
        node = source
        cost = 0
        blocked[node] = stamp
        for index in range(depth):
            edge = ways[begins[parent] + index]
            cost += costs[edge]
            node = heads[edge]
            blocked[node] = stamp
        if founds[part] < 0:
            root = node
            queue = [(bound, root)]
            seen[root] = stamp
            reached[root] = cost
            done = False
            while len(queue) > 0 and not done:
                least, node = pop(queue)
                here = reached[node]
                if least > here + ahead[node] and node != root:
                    continue
                if node == goal:
                    done = True
                    break
                for edge in range(starts[node], starts[node + 1]):
                    head = heads[edge]
                    if not usable[edge] or blocked[head] == stamp or ahead[head] >= endless:
                        continue
                    if node == root:
                        other = bar
                        while other >= 0 and barred_edges[other] != edge:
                            other = barred_before[other]
                        if other >= 0:
                            continue
                    new = here + costs[edge]
                    if seen[head] != stamp or new < reached[head]:
                        seen[head] = stamp
                        reached[head] = new
                        came[head] = edge
                        push(queue, (new + ahead[head], head))
            if done:
                founds[part] = len(found)
                while node != root:
                    found.append(came[node])
                    node = tails[came[node]]
                lengths[part] = len(found) - founds[part]
                push(heap, (reached[goal], part))
            continue
        way = len(totals)
        first = len(ways)
        for index in range(depth):
            ways.append(ways[begins[parent] + index])
        for index in range(lengths[part] - 1, -1, -1):
            ways.append(found[founds[part] + index])  # noqa: PERF401 - arrays take no extend by a generator
        begins.append(len(ways))
        totals.append(bound)
        for index in range(depth, len(ways) - first):
            edge = ways[first + index]
            barred_edges.append(edge)
            barred_before.append(bar if index == depth else -1)
            last = len(barred_edges) - 1
            least = endless
            for other in range(starts[node], starts[node + 1]):
                head = heads[other]
                if usable[other] and blocked[head] != stamp and ahead[head] < endless:
                    allowed = last
                    while allowed >= 0 and barred_edges[allowed] != other:
                        allowed = barred_before[allowed]
                    if allowed < 0:
                        least = min(least, cost + costs[other] + ahead[head])
            if least < endless:
                parents.append(way)
                depths.append(index)
                bars.append(last)
                founds.append(-1)
                lengths.append(0)
                push(heap, (least, len(parents) - 1))
            cost += costs[edge]
            node = heads[edge]
            blocked[node] = stamp
    return ways, begins, totals


def labels(  # noqa: C901, PLR0912, PLR0915 - one kernel, compiled as a whole
    starts: Numbers, heads: Numbers, costs: Numbers, width: int, usable: Numbers, source: int, goal: int,
    endless: int, ahead: Numbers, caps: Numbers, only_first: bool, most_labels: int,  # noqa: FBT001
    ease: int,
) -> tuple[list[int], list[int], bool]:  # fmt: skip
    """Return the ways that no other way beats in every criterion: their edges on end, and where each begins.

    ``costs[edge * width + criterion]`` and ``ahead[node * width + criterion]`` (the least of each criterion from a node
    to the goal) are whole numbers; no way whose criterion passes its ``caps`` is followed. With ``only_first`` the way
    that is least in the first criterion is returned alone. Ways equal in every criterion are found once. With ``ease``
    (ten-thousandths) a way is not followed where one found before is worse in no criterion by more than that share. The
    last value tells whether the search was given up after ``most_labels`` labels.

    Martins (1984), On a multicriteria shortest path problem, in the order of the first criterion, so that dominance is
    judged on the others alone (Pulido, Mandow and Perez-de-la-Cruz 2015), with exact lower bounds to the goal.
    """
    nodes = [source]
    edges = [-1]
    befores = [-1]
    # Criteria so far plus the least to come: what is compared, since two labels of one node share what is to come.
    values = [ahead[source * width]]
    for criterion in range(1, width):
        values.append(ahead[source * width + criterion])  # noqa: PERF401
    # Labels kept at each node, as chains: the first, and the next of each.
    chains = filled(len(starts) - 1, -1)
    kept = [-1]
    nexts = [-1]
    won = [-1]
    won.pop()
    ways = [-1]
    ways.pop()
    begins = [0]
    new = filled(width, 0)
    heap = [(0, 0, 0)]
    for criterion in range(width):
        if ahead[source * width + criterion] > caps[criterion] or ahead[source * width + criterion] >= endless:
            heap = [(0, 0, 0)]
            heap.pop()
            return ways, begins, False
    given_up = False
    while len(heap) > 0:
        _, _, label = pop(heap)
        node = nodes[label]
        base = label * width
        beaten = False
        for place in (goal, node):
            share = ease if place == goal else 0
            link = chains[place]
            while link >= 0 and not beaten:
                other = kept[link] * width
                beaten = True
                for criterion in range(1, width):
                    value = values[base + criterion]
                    if values[other + criterion] > value + value // 10000 * share:
                        beaten = False
                        break
                link = nexts[link]
        if beaten:
            continue
        # Kept labels that the new one beats in the criteria after the first are of no further use.
        link = chains[node]
        before = -1
        while link >= 0:
            other = kept[link] * width
            useless = True
            for criterion in range(1, width):
                if values[base + criterion] > values[other + criterion]:
                    useless = False
                    break
            if useless and before >= 0:
                nexts[before] = nexts[link]
            elif useless:
                chains[node] = nexts[link]
            else:
                before = link
            link = nexts[link]
        kept.append(label)
        nexts.append(chains[node])
        chains[node] = len(kept) - 1
        if node == goal:
            won.append(label)
            if only_first:
                break
            continue
        if len(nodes) > most_labels:
            given_up = True
            break
        for edge in range(starts[node], starts[node + 1]):
            if not usable[edge]:
                continue
            head = heads[edge]
            rest = 0
            hopeless = False
            for criterion in range(width):
                to_come = ahead[head * width + criterion]
                if to_come >= endless:
                    hopeless = True
                    break
                value = values[base + criterion] - ahead[node * width + criterion]
                value += costs[edge * width + criterion] + to_come
                if value > caps[criterion]:
                    hopeless = True
                    break
                new[criterion] = value
                if criterion > 0:
                    rest += value
            if hopeless:
                continue
            for place in (goal, head):
                share = ease if place == goal else 0
                link = chains[place]
                while link >= 0 and not hopeless:
                    other = kept[link] * width
                    hopeless = True
                    for criterion in range(1, width):
                        if values[other + criterion] > new[criterion] + new[criterion] // 10000 * share:
                            hopeless = False
                            break
                    link = nexts[link]
            if hopeless:
                continue
            nodes.append(head)
            edges.append(edge)
            befores.append(label)
            for criterion in range(width):
                values.append(new[criterion])  # noqa: PERF401
            push(heap, (new[0], rest, len(nodes) - 1))
    for index in range(len(won)):
        first = len(ways)
        label = won[index]
        while befores[label] >= 0:
            ways.append(edges[label])
            label = befores[label]
        last = len(ways) - 1
        while first < last:
            ways[first], ways[last] = ways[last], ways[first]
            first += 1
            last -= 1
        begins.append(len(ways))
    return ways, begins, given_up


def nearer(reached: Any, goal: Any) -> bool:
    """Tell whether a node is reached for less than the goal under any set of costs."""
    return bool((reached < goal).any())


def eased(reached: Any, costs: Any, head: Any) -> bool:
    """Let an edge make its head cheaper under whichever costs it does, and tell whether it did."""
    new = reached + costs
    if not (new < head).any():
        return False
    np.minimum(head, new, out=head)
    return True


def tight(reached: Any, costs: Any, head: Any, came: Any, edge: int) -> None:
    """Note an edge wherever its head is reached by it."""
    came[reached + costs == head] = edge


def nearer_in_loops(reached: Any, goal: Any) -> bool:
    """Do what :func:`nearer` does, in the form that compiles well."""
    for index in range(len(reached)):  # noqa: SIM110
        if reached[index] < goal[index]:
            return True
    return False


def eased_in_loops(reached: Any, costs: Any, head: Any) -> bool:
    """Do what :func:`eased` does, in the form that compiles well."""
    count = 0
    for index in range(len(reached)):
        new = reached[index] + costs[index]
        old = head[index]
        count += new < old
        head[index] = min(old, new)
    return count > 0


def tight_in_loops(reached: Any, costs: Any, head: Any, came: Any, edge: int) -> None:
    """Do what :func:`tight` does, in the form that compiles well."""
    for index in range(len(reached)):
        came[index] = edge if reached[index] + costs[index] == head[index] else came[index]


def together(
    starts: Numbers, heads: Numbers, costs: Any, usable: Numbers, order: Numbers, goal: int, reached: Any, came: Any
) -> None:
    """Fill in the least cost of each node, and the edge it is reached by, under many sets of costs at once.

    ``costs[edge]``, ``reached[node]`` and ``came[node]`` are arrays with one entry for each set. ``order`` holds the nodes
    that matter, the source first; the nearer to the order of their cost they are, the fewer rounds it takes. Only the
    ``goal`` and what lies on a best way to it need be right in the end. Of edges that cost the same the first is noted.

    Bellman (1958) and Ford (1956), label correcting: a node is looked at again only where it has become cheaper. The sums
    are those of Dijkstra's algorithm to the last bit, since both add along a way from its start.
    """
    waiting = filled(len(starts) - 1, False)
    waiting[order[0]] = True
    again = True
    while again:
        again = False
        for index in range(len(order)):
            node = order[index]
            if waiting[node] and nearer(reached[node], reached[goal]):
                for edge in range(starts[node], starts[node + 1]):
                    if usable[edge] and eased(reached[node], costs[edge], reached[heads[edge]]):
                        waiting[heads[edge]] = True
                        again = True
            waiting[node] = False
    for index in range(len(order) - 1, -1, -1):
        node = order[index]
        for edge in range(starts[node + 1] - 1, starts[node] - 1, -1):
            if usable[edge]:
                tight(reached[node], costs[edge], reached[heads[edge]], came[heads[edge]], edge)


def sift_up(heap: list[Any], entry: Any) -> None:
    """Add an entry to a heap of four branches: what the compiled tier does for ``push``."""
    heap.append(entry)
    index = len(heap) - 1
    while index > 0:
        above = (index - 1) >> 2
        if entry < heap[above]:
            heap[index] = heap[above]
            index = above
        else:
            break
    heap[index] = entry


def sift_down(heap: list[Any]) -> Any:
    """Take the least entry from a heap of four branches: what the compiled tier does for ``pop``."""
    top = heap[0]
    entry = heap.pop()
    count = len(heap)
    if count > 0:
        index = 0
        while True:
            child = 4 * index + 1
            if child >= count:
                break
            least = child
            for other in range(child + 1, min(child + 4, count)):
                if heap[other] < heap[least]:
                    least = other
            if heap[least] < entry:
                heap[index] = heap[least]
                index = least
            else:
                break
        heap[index] = entry
    return top
