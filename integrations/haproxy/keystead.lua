-- Asks Keystead whether a request's key is good, and leaves the answer in variables of the transaction:
-- txn.keystead_status, and after 200 keystead_key_id, keystead_key_mode, keystead_account_id, keystead_brand;
-- after 401 keystead_error and keystead_challenge. Without an answer keystead_status is 503, and 400 for a request that
-- nobody should pass on.
--
--     http-request lua.keystead either|live|test
--
-- Only the credentials, the client's name for itself and its address are sent. haproxy.cfg says what follows from the answer.

local keystead = assert(os.getenv("KEYSTEAD"), "haproxy.cfg sets KEYSTEAD")
local token = os.getenv("KEYSTEAD_GATEWAY_TOKEN")
local timeout_ms = 2000

-- All values of a header, in order. Two Authorization headers stay two: Keystead refuses what is ambiguous.
local function values(headers, name)
    local sent = headers[name]
    if sent == nil then
        return nil
    end
    local all = {}
    for place = 0, #sent do
        all[#all + 1] = sent[place]
    end
    return all
end

local function first(headers, name)
    local sent = headers and headers[name]
    return sent and (sent[0] or sent[1]) or ""
end

-- HAProxy passes on a nought in a value; programs behind it may see the value end there.
local function has_nought(headers)
    for name in pairs(headers) do
        for _, value in ipairs(values(headers, name)) do
            if value:find("\0", 1, true) then
                return true
            end
        end
    end
    return false
end

core.register_action("keystead", { "http-req" }, function(txn, demand)
    local sent = txn.http:req_get_headers()
    if has_nought(sent) then
        txn:set_var("txn.keystead_status", "400")
        return
    end
    local asked = {
        ["authorization"] = values(sent, "authorization"),
        ["user-agent"] = values(sent, "user-agent"),
        ["x-real-ip"] = { txn.sf:src() },
    }
    if demand ~= "either" then
        asked["x-require-mode"] = { demand }
    end
    if token then
        asked["x-keystead-gateway-token"] = { token }
    end

    local answered, answer = pcall(function()
        return core.httpclient():get({
            url = "http://keystead/v1/authenticate",
            dst = keystead,
            headers = asked,
            timeout = timeout_ms,
        })
    end)
    local status = answered and answer and answer.status or 0
    if status == 200 then
        txn:set_var("txn.keystead_key_id", first(answer.headers, "x-key-id"))
        txn:set_var("txn.keystead_key_mode", first(answer.headers, "x-key-mode"))
        txn:set_var("txn.keystead_account_id", first(answer.headers, "x-account-id"))
        txn:set_var("txn.keystead_brand", first(answer.headers, "x-brand"))
    elseif status == 401 then
        txn:set_var("txn.keystead_error", answer.body)
        txn:set_var("txn.keystead_challenge", first(answer.headers, "www-authenticate"))
    else
        status = 503
    end
    txn:set_var("txn.keystead_status", tostring(status))
end, 1)
