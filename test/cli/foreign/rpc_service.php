<?php
// An RPC service of PHP's SoapServer, as a router of PHP's own web server.

declare(strict_types=1);

final class Sums
{
    public function add(object $pair, string $note): array
    {
        if ($note === 'fail') {
            throw new SoapFault('Server', 'no sums today', null, (object) ['NoSums' => 'today']);
        }
        return ['sum' => $pair->a + ($pair->b ?? 0), 'echo' => $note];
    }
}

$server = new SoapServer(__DIR__ . '/rpc.wsdl', ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setClass(Sums::class);
$server->handle(file_get_contents('php://input'));
