<?php
declare(strict_types=1);

// create and getData served by PHP's SoapServer, a request at a time, under php-fpm.

require __DIR__ . '/user.php';
require __DIR__ . '/database.php';

final class UserService
{
    public function __construct(private readonly ?Database $database)
    {
    }

    public function create(object $request): array
    {
        if ($this->database === null) {
            $user = fixed_user();
            $user['row']['login'] = $request->usrdata->name;
            $user['row']['display_name'] = $request->usrdata->display_name;
        } else {
            $user = $this->database->create($request->ctx->id, $request->usrdata, $request->auth);
        }
        return ['return' => shown_user($user)];
    }

    public function getData(object $request): array
    {
        if ($this->database === null) {
            $user = fixed_user();
            $user['row']['id'] = $request->user->id;
        } else {
            $user = $this->database->read($request->ctx->id, $request->user->id, $request->auth);
        }
        return ['return' => shown_user($user)];
    }
}

$server = new SoapServer(getenv('PEER_WSDL'), [
    'cache_wsdl' => WSDL_CACHE_MEMORY,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    // No stack trace may reach the client.
    'send_errors' => false,
]);
try {
    $url = getenv('PEER_DATABASE');
    $database = $url === false || $url === '' ? null : new Database($url);
    $server->setObject(new UserService($database));
    $server->handle();
} catch (Throwable) {
    $server->fault('Server', 'Internal error');
}
