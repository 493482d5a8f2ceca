-- Tells wrk what to ask: the lines of a file in turn, each from another network, so that the limits on requests are at
-- work and never reached. Arguments: GET or POST, a file of paths (or of bodies), and the path of a POST.
local lines, turn = {}, 0

function init(args)
  for line in io.lines(args[2]) do lines[#lines + 1] = line end
  turn = math.random(#lines)
  wrk.method = args[1]
  if args[1] == "POST" then
    wrk.path = args[3]
    wrk.headers["Content-Type"] = "application/json"
  end
end

function request()
  turn = turn + 1
  local line = lines[turn % #lines + 1]
  local network = string.format("10.%d.%d.%d", turn % 7, math.floor(turn / 7) % 251, math.floor(turn / 1757) % 251)
  wrk.headers["X-Forwarded-For"] = network
  if wrk.method == "POST" then return wrk.format(nil, nil, nil, line) end
  return wrk.format(nil, line)
end

function done(summary, latency, _requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests": %d, "seconds": %.6f, "p99_ms": %.3f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3, failed))
end
