-- Asks Keystead whether a request's key is good, and leaves the answer in variables of the transaction:
-- txn.keystead_status, and after 200 keystead_key_id, keystead_key_mode, keystead_account_id, keystead_brand and, where
-- Keystead signs, keystead_identity; after 401 keystead_error and keystead_challenge; after 403, which means that the key may
-- not be used from this address, keystead_error; after 429 keystead_error, keystead_retry_after, keystead_ratelimit and
-- keystead_ratelimit_policy. Without an answer keystead_status is 503, and 400 for a request that nobody should pass on.
--
--     http-request lua.keystead either|live|test
--
-- Only the credentials, the client's name for itself, its address, method and target are sent. haproxy.cfg says what follows from the answer.

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
        -- The address that the key's list is held against, as HAProxy saw it.
        ["x-real-ip"] = { txn.sf:src() },
        -- What an identity is signed for.
        ["x-original-method"] = { txn.sf:method() },
        ["x-original-uri"] = { txn.sf:pathq() },
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
        local identity = first(answer.headers, "x-keystead-identity")
        if identity ~= "" then
            txn:set_var("txn.keystead_identity", identity)
        end
    elseif status == 401 then
        txn:set_var("txn.keystead_error", answer.body)
        txn:set_var("txn.keystead_challenge", first(answer.headers, "www-authenticate"))
    elseif status == 429 then
        txn:set_var("txn.keystead_error", answer.body)
        txn:set_var("txn.keystead_retry_after", first(answer.headers, "retry-after"))
        txn:set_var("txn.keystead_ratelimit", first(answer.headers, "ratelimit"))
        txn:set_var("txn.keystead_ratelimit_policy", first(answer.headers, "ratelimit-policy"))
    elseif status == 403 and first(answer.headers, "x-keystead-reason") == "address_not_allowed" then
        -- Any other 403 is about this gateway and not about the client.
        txn:set_var("txn.keystead_error", answer.body)
    else
        status = 503
    end
    txn:set_var("txn.keystead_status", tostring(status))
end, 1)
