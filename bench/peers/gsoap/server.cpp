// create and getData served by gSOAP: server --port N [--database mysql://…] --data DIRECTORY (of statements.json, user.json)
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <mysql.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <thread>
#include "OXResellerUserServiceSoapBinding.nsmap"
#include "database.h"
#include "soapOXResellerUserServiceSoapBindingService.h"

namespace {

// A connection that is kept alive keeps its thread.
constexpr int threadCount = 64;
constexpr int backlog = 128;
constexpr int idleSeconds = 30;

std::unique_ptr<Database> database;

// The accepted connections that wait for a thread.
class SocketQueue {
 public:
  void push(SOAP_SOCKET socket) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      sockets_.push_back(socket);
    }
    added_.notify_one();
  }
  SOAP_SOCKET pop() {
    std::unique_lock<std::mutex> lock(mutex_);
    added_.wait(lock, [this] { return !sockets_.empty(); });
    const SOAP_SOCKET socket = sockets_.front();
    sockets_.pop_front();
    return socket;
  }

 private:
  std::deque<SOAP_SOCKET> sockets_;
  std::mutex mutex_;
  std::condition_variable added_;
};

Caller callerOf(const rmi__Credentials *auth) {
  if (!auth || !auth->login || !auth->password) throw AuthenticationError();
  return {*auth->login, *auth->password};
}

template <typename Object>
long long idOf(const Object *object) {
  if (!object || !object->id) throw std::runtime_error("no id");
  return *object->id;
}

class Service : public OXResellerUserServiceSoapBindingService {
 public:
  explicit Service(soap_mode mode) : OXResellerUserServiceSoapBindingService(mode) {}
  OXResellerUserServiceSoapBindingService *copy() override { return new Service(*this); }

  int create(_svc__create *request, _svc__createResponse &response) override {
    return answer([&] {
      if (!request->usrdata) throw std::runtime_error("no usrdata");
      const dat__User &requested = *request->usrdata;
      StoredUser user;
      if (database) {
        user = database->create(idOf(request->ctx), requested, callerOf(request->auth));
      } else {
        user = fixedUser();
        if (requested.name) user.row.login = *requested.name;
        if (requested.display_USCOREname) user.row.display_name = *requested.display_USCOREname;
      }
      response.return_ = shownUser(soap, user);
    });
  }

  int getData(_svc__getData *request, _svc__getDataResponse &response) override {
    return answer([&] {
      const long long id = idOf(request->user);
      StoredUser user;
      if (database) {
        user = database->read(idOf(request->ctx), id, callerOf(request->auth));
      } else {
        user = fixedUser();
        user.row.id = id;
      }
      response.return_ = shownUser(soap, user);
    });
  }

 private:
  template <typename Work>
  int answer(Work work) {
    try {
      work();
      return SOAP_OK;
    } catch (const AuthenticationError &error) {
      return soap_receiverfault(error.what(), nullptr);
    } catch (const std::exception &) {
      return soap_receiverfault("Internal error", nullptr);
    }
  }
};

void serveConnections(SocketQueue &queue) {
  mysql_thread_init();
  // TREE: no multi-references; CHUNK: written once, not counted first.
  Service service(SOAP_IO_KEEPALIVE | SOAP_IO_CHUNK | SOAP_XML_TREE | SOAP_C_UTFSTRING);
  service.soap->max_keep_alive = 1 << 30;
  service.soap->recv_timeout = service.soap->send_timeout = idleSeconds;
  for (;;) {
    service.soap->socket = queue.pop();
    service.serve();
    service.destroy();
  }
}

const char *option(int argc, char **argv, const char *name) {
  for (int i = 1; i + 1 < argc; ++i)
    if (!strcmp(argv[i], name)) return argv[i + 1];
  return nullptr;
}

}  // namespace

int main(int argc, char **argv) {
  const char *port = option(argc, argv, "--port");
  const char *data = option(argc, argv, "--data");
  if (!port || !data) return fprintf(stderr, "usage: server --port N --data DIRECTORY [--database URL]\n"), 2;
  signal(SIGPIPE, SIG_IGN);
  try {
    readSample(std::string(data) + "/user.json");
    if (const char *url = option(argc, argv, "--database"))
      database = std::make_unique<Database>(url, std::string(data) + "/statements.json");
  } catch (const std::exception &error) {
    return fprintf(stderr, "%s\n", error.what()), 1;
  }
  Service listener(SOAP_IO_KEEPALIVE);
  listener.soap->bind_flags = SO_REUSEADDR;
  if (!soap_valid_socket(listener.bind("127.0.0.1", std::stoi(port), backlog))) {
    listener.soap_print_fault(stderr);
    return 1;
  }
  SocketQueue queue;
  for (int i = 0; i < threadCount; ++i) std::thread(serveConnections, std::ref(queue)).detach();
  puts("ready");
  fflush(stdout);
  for (;;) {
    const SOAP_SOCKET socket = listener.accept();
    if (!soap_valid_socket(socket)) continue;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    queue.push(socket);
  }
}
