//! The interface of a gRPC service, as `.proto` files or a descriptor set describe it: turns messages written as JSON into
//! what protobuf sends.

use std::path::{Path, PathBuf};

use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};

use crate::error::LoadError;
use crate::request::Request;

const LARGEST_DESCRIPTOR_SET: u64 = 64 * 1024 * 1024;
/// Methods that are named where one is not found.
const METHODS_SHOWN: usize = 10;

#[derive(Debug, Clone)]
pub struct Interface {
    pool: DescriptorPool,
}

impl Interface {
    /// Compiles `.proto` files. What they import is looked for in `folders`, or beside them where no folder is given; the
    /// types that protobuf itself defines are always found.
    pub fn from_proto(files: &[PathBuf], folders: &[PathBuf]) -> Result<Self, LoadError> {
        let refused = |reason: String| LoadError::Setting { name: "proto files", reason };
        let beside: Vec<PathBuf> = files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
        let beside = beside.into_iter().map(|folder| if folder.as_os_str().is_empty() { ".".into() } else { folder });
        let folders: Vec<PathBuf> = if folders.is_empty() { beside.collect() } else { folders.to_vec() };
        // The error's short form says what is wrong; its long form where as well.
        let set = protox::compile(files, folders).map_err(|error| refused(format!("{error:?}")))?;
        let pool = DescriptorPool::from_file_descriptor_set(set).map_err(|error| refused(error.to_string()))?;
        Ok(Self { pool })
    }

    /// Reads a file that `protoc --descriptor_set_out --include_imports` or `buf build` wrote.
    pub fn from_descriptor_set(file: &Path) -> Result<Self, LoadError> {
        let refused = |reason: String| LoadError::Setting {
            name: "descriptor set",
            reason: format!("{}: {reason}", file.display()),
        };
        let length = std::fs::metadata(file).map_err(|error| refused(error.to_string()))?.len();
        if length > LARGEST_DESCRIPTOR_SET {
            return Err(refused(format!("{length} bytes are over the limit of {LARGEST_DESCRIPTOR_SET}")));
        }
        let bytes = std::fs::read(file).map_err(|error| refused(error.to_string()))?;
        let pool = DescriptorPool::decode(bytes.as_slice())
            .map_err(|error| refused(format!("it is no descriptor set with all its imports: {error}")))?;
        Ok(Self { pool })
    }

    /// A call that can be sent, from one whose body is a message in JSON (nothing stands for an empty message) and whose path
    /// names the method: `/package.Service/Method`.
    pub fn encoded(&self, request: &Request) -> Result<Request, LoadError> {
        let refused = |reason: String| LoadError::Request { name: request.name.clone(), reason };
        let method = self.method(&request.path).ok_or_else(|| {
            refused(format!("there is no method {:?}; there are {}", request.path, self.method_names()))
        })?;
        if method.is_client_streaming() || method.is_server_streaming() {
            return Err(refused(format!("{} is streaming; only unary calls are made", method.full_name())));
        }
        let json = if request.body.is_empty() { b"{}" } else { request.body.as_slice() };
        let mut source = serde_json::Deserializer::from_slice(json);
        let message = DynamicMessage::deserialize(method.input(), &mut source)
            .and_then(|message| source.end().map(|()| message))
            .map_err(|error| refused(format!("the message is no {}: {error}", method.input().full_name())))?;
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        Ok(Request { path, body: message.encode_to_vec(), ..request.clone() })
    }

    /// Takes a dot for the slash before the method's name as well, as other tools do.
    fn method(&self, path: &str) -> Option<MethodDescriptor> {
        let path = path.trim_start_matches('/');
        let (service, name) = path.split_once('/').or_else(|| path.rsplit_once('.'))?;
        self.pool.get_service_by_name(service)?.methods().find(|method| method.name() == name)
    }

    fn method_names(&self) -> String {
        let path = |method: MethodDescriptor| format!("/{}/{}", method.parent_service().full_name(), method.name());
        let all: Vec<String> =
            self.pool.services().flat_map(|service| service.methods().map(path).collect::<Vec<_>>()).collect();
        match all.len() {
            0 => "none".to_owned(),
            count if count > METHODS_SHOWN => {
                format!("{} and {} more", all[..METHODS_SHOWN].join(", "), count - METHODS_SHOWN)
            }
            _ => all.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTO: &str = "syntax = \"proto3\";\n\
        package shop;\n\
        import \"google/protobuf/timestamp.proto\";\n\
        message Order { int32 number = 1; repeated string items = 2; google.protobuf.Timestamp placed = 3; }\n\
        message Nothing {}\n\
        service Orders {\n\
          rpc Place(Order) returns (Nothing);\n\
          rpc Watch(Nothing) returns (stream Order);\n\
        }\n";

    /// A file in a folder of its own that is gone after the test.
    struct Written(PathBuf);

    impl Written {
        fn new(name: &str, bytes: &[u8]) -> Self {
            let folder = std::env::temp_dir().join(format!("load-interface-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder");
            let file = folder.join("orders.proto");
            std::fs::write(&file, bytes).expect("a file");
            Self(file)
        }
    }

    impl Drop for Written {
        fn drop(&mut self) {
            // Left behind in the folder for what is temporary, should that fail.
            let _ = self.0.parent().map(std::fs::remove_dir_all);
        }
    }

    fn orders(name: &str) -> Interface {
        let file = Written::new(name, PROTO.as_bytes());
        Interface::from_proto(std::slice::from_ref(&file.0), &[]).expect("a good interface")
    }

    fn call(path: &str, json: &str) -> Request {
        Request { body: json.as_bytes().to_vec(), ..Request::get(path) }
    }

    #[test]
    fn encodes_messages_written_as_json() {
        let orders = orders("encodes");
        let expected = vec![8, 7, 18, 3, b't', b'e', b'a'];
        for path in ["/shop.Orders/Place", "shop.Orders/Place", "shop.Orders.Place"] {
            let request = orders.encoded(&call(path, "{\"number\": 7, \"items\": [\"tea\"]}")).expect("a good call");
            assert_eq!((request.path.as_str(), &request.body), ("/shop.Orders/Place", &expected));
        }
        assert!(orders.encoded(&call("/shop.Orders/Place", "")).expect("an empty message").body.is_empty());
    }

    #[test]
    fn can_read_a_descriptor_set() {
        let set = orders("set").pool.encode_to_vec();
        let file = Written::new("descriptors", &set);
        let read = Interface::from_descriptor_set(&file.0).expect("a good set");
        assert_eq!(read.encoded(&call("/shop.Orders/Place", "{\"number\": 1}")).expect("a good call").body, [8, 1]);
    }

    #[test]
    fn says_what_is_wrong_with_a_call() {
        let orders = orders("wrong");
        let bad = [
            ("/shop.Orders/Cancel", "{}", "there are /shop.Orders/Place, /shop.Orders/Watch"),
            ("nonsense", "{}", "there is no method"),
            ("/shop.Orders/Watch", "{}", "streaming"),
            ("/shop.Orders/Place", "{\"nummer\": 7}", "nummer"),
            ("/shop.Orders/Place", "{\"number\": \"seven\"}", "no shop.Order"),
            ("/shop.Orders/Place", "{} {}", "trailing"),
            ("/shop.Orders/Place", "{", "EOF"),
        ];
        for (path, json, reason) in bad {
            let error = orders.encoded(&call(path, json)).expect_err("a bad call").to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let file = Written::new("bad", b"syntax = \"proto3\";\nmessage Order { int32 number = ; }\n");
        let error = Interface::from_proto(std::slice::from_ref(&file.0), &[]).expect_err("a syntax error").to_string();
        assert!(error.contains("orders.proto") && error.contains(":2:"), "{error}");
        let error = Interface::from_descriptor_set(&file.0).expect_err("no descriptor set").to_string();
        assert!(error.contains("no descriptor set"), "{error}");
        for missing in ["/nowhere/orders.proto", ""] {
            assert!(Interface::from_proto(&[missing.into()], &[]).is_err());
            assert!(Interface::from_descriptor_set(missing.as_ref()).is_err());
        }
    }
}
