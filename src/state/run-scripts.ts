import { writing } from './lua.ts';

/**
 * One step, so that each request is claimed by exactly one run and each attempt is held by one worker. Every
 * claim of an unfinished run is a take-over: what the earlier attempt had found is dropped with it. The window is the
 * longest that one of its requests wants, so that none gets a shorter one than it asked for.
 */
export const CLAIM = writing(`
local host, newId, nowMs, windowMs, prefix, ttl = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local function runKey(id) return prefix .. ':run:' .. id end

local id = redis.call('GET', KEYS[2])
local attempt = 0
if id then
  local run = redis.call('HMGET', runKey(id), 'attempt', 'phase', 'host')
  local unfinished = run[2] == 'connecting' or run[2] == 'sampling'
  if unfinished and run[3] == host and run[1] and string.find(run[1], '^%d%d?%d?%d?%d?%d?$') then
    attempt = tonumber(run[1])
  else
    id = false
  end
end

local claimed = {}
for _, request in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  if redis.call('EXISTS', prefix .. ':request:' .. request) == 1 then claimed[#claimed + 1] = request end
end
redis.call('DEL', KEYS[1], KEYS[3])

if not id then
  if #claimed == 0 then
    redis.call('DEL', KEYS[2])
    redis.call('SREM', KEYS[4], host)
    return false
  end
  if redis.call('EXISTS', runKey(newId)) == 1 then return {'', '0', '0'} end
  id = newId
end

redis.call('HDEL', runKey(id), 'first', 'diagnosis', 'fingerprint', 'finishedAtMs')
redis.call('HSET', runKey(id), 'id', id, 'host', host, 'phase', 'connecting', 'attempt', attempt + 1,
  'startedAtMs', nowMs)
redis.call('EXPIRE', runKey(id), ttl)
redis.call('SET', KEYS[2], id, 'EX', ttl)
redis.call('SADD', KEYS[4], host)

local requests = prefix .. ':run-requests:' .. id
for _, request in ipairs(claimed) do
  local key = prefix .. ':request:' .. request
  redis.call('HDEL', key, 'again')
  -- One that waits for a further run while its present one is taken over is answered by that one.
  if redis.call('HGET', key, 'run') ~= id then
    redis.call('HSET', key, 'run', id)
    redis.call('RPUSH', requests, request)
    redis.call('RPUSH', prefix .. ':request-runs:' .. request, id)
    redis.call('EXPIRE', prefix .. ':request-runs:' .. request, ttl)
  end
end
redis.call('EXPIRE', requests, ttl)

local reply = {id, tostring(attempt + 1), windowMs}
local longest = 0
for _, request in ipairs(redis.call('LRANGE', requests, 0, -1)) do
  reply[#reply + 1] = request
  local wanted = redis.call('HGET', prefix .. ':request:' .. request, 'windowMs')
  if not wanted or not string.find(wanted, '^%d%d?%d?%d?%d?$') then wanted = windowMs end
  if tonumber(wanted) > longest then
    longest = tonumber(wanted)
    reply[3] = wanted
  end
end
redis.call('HSET', runKey(id), 'windowMs', reply[3])
return reply
`);

/** One that is there already stays as it is. */
export const KEEP = writing(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for name, value in pairs(cjson.decode(ARGV[2])) do redis.call('HSET', KEYS[1], name, value) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`);

/** Only the attempt that holds the unfinished run may write. */
export const SAMPLED = writing(`
local run = redis.call('HMGET', KEYS[1], 'attempt', 'phase')
if run[1] ~= ARGV[2] then return 0 end
if run[2] ~= 'connecting' and run[2] ~= 'sampling' then return 0 end
redis.call('HSET', KEYS[1], 'phase', 'sampling', 'first', ARGV[3])
return 1
`);

/** A second finish of the same attempt changes nothing and is told that it stands: its first answer was lost. */
export const FINISH = writing(`
local attempt, id, phase, nowMs, diagnosis, fingerprint, prefix, ttl =
  ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local run = redis.call('HMGET', KEYS[1], 'attempt', 'phase', 'host')
if run[1] ~= attempt then return 0 end
if run[2] == 'done' or run[2] == 'failed' then return 1 end
redis.call('HSET', KEYS[1], 'phase', phase, 'finishedAtMs', nowMs, 'diagnosis', diagnosis)
if fingerprint ~= '' then redis.call('HSET', KEYS[1], 'fingerprint', fingerprint) end
redis.call('EXPIRE', KEYS[1], ttl)
local host = run[3] or ''
local active = prefix .. ':active:' .. host
if redis.call('GET', active) == id then redis.call('DEL', active) end
if redis.call('LLEN', prefix .. ':waiting:' .. host) == 0 then redis.call('SREM', KEYS[2], host) end
return 1
`);
