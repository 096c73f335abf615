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

function done(summary, latency, requests)
    local e = summary.errors
    print("requests " .. summary.requests)
    print("seconds " .. summary.duration / 1e6)
    print("errors " .. e.connect + e.read + e.write + e.status + e.timeout)
    print("p50_us " .. latency:percentile(50))
    print("p99_us " .. latency:percentile(99))
end
