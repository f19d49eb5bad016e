<?php
// Uses one object at two places of a call: PHP's SoapClient then writes it once and refers to it by href.
//
// Usage: php shared_object.php URL LOGIN PASSWORD CONTEXT_ID USER_ID

declare(strict_types=1);

[, $url, $login, $password, $contextId, $userId] = $argv;

$client = new SoapClient("$url/webservices/OXResellerUserService?wsdl", [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'trace' => true,
]);
$shared = (object) ['entries' => [(object) ['key' => 'tier', 'value' => 'gold']]];
$namespaces = array_map(fn(string $key) => (object) ['key' => $key, 'value' => $shared], ['shop', 'billing']);
$client->change([
    'ctx' => ['id' => $contextId],
    'usrdata' => ['id' => $userId, 'userAttributes' => ['entries' => $namespaces]],
    'auth' => ['login' => $login, 'password' => $password],
]);
echo $client->__getLastRequest();
