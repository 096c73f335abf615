-- wrk's side of `plain`: one POST again and again; figures as `name value` lines for bench/run.
wrk.method = "POST"
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.body = file:read("*a")
file:close()
wrk.headers["content-type"] = "application/json"
for line in os.getenv("BENCH_HEADERS"):gmatch("[^\n]+") do
    local name, value = line:match("^([^:]+):%s*(.*)$")
    wrk.headers[name] = value
end

-- Where there is a list of what to ask, each in turn: a model, or the key that a client shows.
local asks = {}
local list = io.open(os.getenv("BENCH_ASKS") or "", "r")
if list then
    for line in list:lines() do asks[#asks + 1] = line end
    list:close()
    local keys = asks[1]:find("^swg_") ~= nil
    local start, rest = wrk.body:match('^(.-"model":")[^"]*(".*)$')
    local at = 0
    request = function()
        at = at % #asks + 1
        if keys then
            wrk.headers["authorization"] = "Bearer " .. asks[at]
            return wrk.format()
        end
        return wrk.format(nil, nil, nil, start .. asks[at] .. rest)
    end
end

function done(summary, latency, requests)
    local e = summary.errors
    print("requests " .. summary.requests)
    print("seconds " .. summary.duration / 1e6)
    print("errors " .. e.connect + e.read + e.write + e.status + e.timeout)
    print("p50_us " .. latency:percentile(50))
    print("p99_us " .. latency:percentile(99))
end
